/** The picture track's codec: the first of H.264, VP9 and AV1 that turns a picture of the file's size into a packet. */
import { type EncodedPacket, Mp4OutputFormat, NullTarget, Output, Quality, VideoSample, VideoSampleSource } from 'mediabunny'
import { EncodeError } from './errors'
import type { PictureCodec, Plan } from './types'
import { withinSeconds } from './within'
import { colorSpace, type I420, toI420 } from './yuv'

type Size = Pick<Plan, 'width' | 'height' | 'fps'>

/** Best understood first: H.264 plays everywhere. */
const codecs: PictureCodec[] = ['avc', 'vp9', 'av1']

/** What was tried stays true as long as the page. */
const tried = new Map<string, Promise<boolean>>()

/**
 * The one that is asked for, else the best understood. Throws EncodeError when none of them works. `isConfigSupported` is not asked: some browsers
 * say yes and then fail, and some say no to what Mediabunny can still arrange.
 */
export async function choosePictureCodec({ codec: wanted, ...size }: Size & Pick<Plan, 'codec'>): Promise<PictureCodec> {
  for (const codec of wanted ? [wanted] : codecs) if (await encodes(codec, size)) return codec
  throw new EncodeError(
    'This browser cannot encode video of this kind and size. No file was written. Choose a smaller size or another codec, or try a current Chrome, Edge, Firefox or Safari.',
  )
}

export async function workingCodecs(size: Size): Promise<PictureCodec[]> {
  const working: PictureCodec[] = []
  for (const codec of codecs) if (await encodes(codec, size)) working.push(codec)
  return working
}

export function pictureSource(codec: PictureCodec, quality: number, onPacket: (packet: EncodedPacket, meta?: EncodedVideoChunkMetadata) => void): VideoSampleSource {
  return new VideoSampleSource({
    codec,
    // Flat colours and clean edges show every block; at these sizes a good picture costs little.
    quality: new Quality({ quality }),
    latencyMode: 'quality',
    onEncodedPacket: onPacket,
  })
}

/** Frame `index` of the file, ready to encode. The caller closes it. */
export function pictureSample({ data, width, height }: I420, fps: number, index: number): VideoSample {
  return new VideoSample(data, {
    format: 'I420',
    codedWidth: width,
    codedHeight: height,
    timestamp: index / fps,
    duration: 1 / fps,
    colorSpace,
  })
}

function encodes(codec: PictureCodec, size: Size): Promise<boolean> {
  const name = `${codec} ${size.width}×${size.height} ${size.fps}`
  const known = tried.get(name) ?? encodesFrame(codec, size)
  tried.set(name, known)
  // A driver that hung once may work again.
  void known.then((works) => works || tried.delete(name))
  return known
}

async function encodesFrame(codec: PictureCodec, size: Size): Promise<boolean> {
  let packets = 0
  const source = pictureSource(codec, 0.9, () => packets++)
  const output = new Output({ format: new Mp4OutputFormat(), target: new NullTarget() })
  output.addVideoTrack(source, { frameRate: size.fps })
  const sample = pictureSample(toI420(gradient(size), size.width, size.height), size.fps, 0)
  const encodeOne = async (): Promise<void> => {
    await output.start()
    await source.add(sample, { keyFrame: true })
    await output.finalize()
  }
  try {
    await withinSeconds(10, encodeOne())
    return packets > 0
  } catch {
    void output.cancel().catch(() => undefined)
    return false
  } finally {
    sample.close()
  }
}

function gradient({ width, height }: Size): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => (i >> 2) % width)
}
