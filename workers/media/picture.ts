/** The picture track's codec: the first of H.264, VP9 and AV1 that turns a real frame of this very film into a packet. */
import { Mp4OutputFormat, NullTarget, Output, Quality, VideoSample, VideoSampleSource } from 'mediabunny'
import { EncodeError } from './errors'
import type { SequenceInput } from './types'
import { withinSeconds } from './within'
import { colorSpace, toI420 } from './yuv'

export type PictureCodec = 'avc' | 'vp9' | 'av1'

/** Best understood first: H.264 plays everywhere. */
const codecs: PictureCodec[] = ['avc', 'vp9', 'av1']

/**
 * Throws EncodeError when none of them works. `isConfigSupported` is not asked: some browsers say yes and then fail, and
 * some say no to what Mediabunny can still arrange.
 */
export async function choosePictureCodec(input: SequenceInput, firstFrame: Uint8ClampedArray): Promise<PictureCodec> {
  for (const codec of codecs) if (await encodesFrame(codec, input, firstFrame)) return codec
  throw new EncodeError(
    'This browser can encode no video: neither H.264, VP9 nor AV1 worked. No file was written. Try a current Chrome, Edge, Firefox or Safari.',
  )
}

export function pictureSource(codec: PictureCodec, onPacket?: () => void): VideoSampleSource {
  return new VideoSampleSource({
    codec,
    // Flat colours and clean edges show every block; at these sizes a good picture costs little.
    quality: new Quality({ quality: 0.9 }),
    latencyMode: 'quality',
    onEncodedPacket: onPacket,
  })
}

/** Frame `index` of the film, ready to encode. The caller closes it. */
export function pictureSample(rgba: Uint8ClampedArray, { width, height, fps }: SequenceInput, index: number): VideoSample {
  const frame = toI420(rgba, width, height)
  return new VideoSample(frame.data, {
    format: 'I420',
    codedWidth: frame.width,
    codedHeight: frame.height,
    timestamp: index / fps,
    duration: 1 / fps,
    colorSpace,
  })
}

async function encodesFrame(codec: PictureCodec, input: SequenceInput, rgba: Uint8ClampedArray): Promise<boolean> {
  let packets = 0
  const source = pictureSource(codec, () => packets++)
  const output = new Output({ format: new Mp4OutputFormat(), target: new NullTarget() })
  output.addVideoTrack(source, { frameRate: input.fps })
  const sample = pictureSample(rgba, input, 0)
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
