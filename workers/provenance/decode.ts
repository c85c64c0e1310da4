/** The picture and the sound of a file, as far as a mark is looked for in them, given to the detectors. */
import { ALL_FORMATS, AudioSampleSink, BlobSource, Input, type VideoSample, VideoSampleSink } from 'mediabunny'
import { resample } from '../media/resample'
import { formatOf } from './format'
import type { Looked } from './marks'
import { PictureDetector } from './watermark/picture'
import { lightOf, type Plane } from './watermark/plane'
import { markRate } from './watermark/plot'
import { SoundDetector } from './watermark/sound'

/** Frames looked at: two close together have little to say that one has not. */
const frames = 32
/** Of a longer film the beginning is looked at, s. */
const longest = 60

/** The likeliest mark in the picture of a film, or in a still. */
export async function seenIn(file: Blob): Promise<Looked> {
  return (await inFilm(file, seenInFilm)) ?? seenInStill(file)
}

/** The likeliest mark in the sound. */
export async function heardIn(file: Blob): Promise<Looked> {
  return (await inFilm(file, heardInFilm)) ?? 'absent'
}

/** undefined when the file is no film and no sound. */
async function inFilm(file: Blob, look: (input: Input) => Promise<Looked>): Promise<Looked | undefined> {
  const input = new Input({ formats: ALL_FORMATS, source: new BlobSource(file) })
  try {
    return (await input.canRead()) ? await look(input) : undefined
  } finally {
    input.dispose()
  }
}

async function seenInFilm(input: Input): Promise<Looked> {
  const track = await input.getPrimaryVideoTrack()
  if (!track) return 'absent'
  if (!(await track.canDecode())) return 'unreadable'
  const start = await track.getFirstTimestamp()
  const seconds = Math.min(longest, (await track.computeDuration()) - start)
  const times = Array.from({ length: frames }, (_, i) => start + ((i + 0.5) * seconds) / frames)
  const detector = new PictureDetector()
  let last = -1
  for await (const sample of new VideoSampleSink(track).samplesAtTimestamps(times)) {
    if (!sample) continue
    // A film of few frames gives the same one several times.
    if (sample.timestamp !== last) detector.add(await lightOfSample(sample))
    last = sample.timestamp
    sample.close()
  }
  return detector.likeliest()
}

async function lightOfSample(sample: VideoSample): Promise<Plane> {
  const { format, visibleRect: { width, height } } = sample
  if (format === 'I420' || format === 'NV12' || format === 'I422' || format === 'I444') {
    const values = new Uint8Array(sample.allocationSize())
    const [light] = await sample.copyTo(values)
    return { values: values.subarray(light?.offset ?? 0), width, height, stride: light?.stride ?? width, step: 1 }
  }
  const context = canvas(sample.displayWidth, sample.displayHeight)
  sample.draw(context, 0, 0)
  return lightIn(context)
}

async function seenInStill(file: Blob): Promise<Looked> {
  return (await seenInAnimation(file)) ?? seenInOne(file)
}

/** All pictures of a GIF or a WebP, where the browser can tell them apart; undefined where it cannot, or where there is one alone. */
async function seenInAnimation(file: Blob): Promise<Looked | undefined> {
  const type = await formatOf(file)
  if (type === undefined || !('ImageDecoder' in globalThis) || !(await ImageDecoder.isTypeSupported(type))) return undefined
  const decoder = new ImageDecoder({ type, data: await file.arrayBuffer() })
  try {
    await decoder.completed
    const count = decoder.tracks.selectedTrack?.frameCount ?? 0
    if (count < 2) return undefined
    const detector = new PictureDetector()
    // One after another: what is drawn depends on the pictures before it.
    for (let i = 0; i < Math.min(frames, count); i++) {
      const { image } = await decoder.decode({ frameIndex: Math.floor(((i + 0.5) / Math.min(frames, count)) * count) })
      detector.add(lightOfPicture(image, image.displayWidth, image.displayHeight))
      image.close()
    }
    return detector.likeliest()
  } catch {
    return undefined
  } finally {
    decoder.close()
  }
}

async function seenInOne(file: Blob): Promise<Looked> {
  const picture = await createImageBitmap(file).catch(() => null)
  if (!picture) return 'absent'
  const detector = new PictureDetector()
  detector.add(lightOfPicture(picture, picture.width, picture.height))
  picture.close()
  return detector.likeliest()
}

function lightOfPicture(picture: CanvasImageSource, width: number, height: number): Plane {
  const context = canvas(width, height)
  context.drawImage(picture, 0, 0)
  return lightIn(context)
}

function canvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('There is no canvas to draw on.')
  return context
}

function lightIn(context: OffscreenCanvasRenderingContext2D): Plane {
  const { width, height } = context.canvas
  return lightOf(context.getImageData(0, 0, width, height).data, width, height)
}

async function heardInFilm(input: Input): Promise<Looked> {
  const track = await input.getPrimaryAudioTrack()
  if (!track) return 'absent'
  if (!(await track.canDecode())) return 'unreadable'
  const detector = new SoundDetector()
  const pieces: Float32Array[] = []
  let rate = markRate
  for await (const sample of new AudioSampleSink(track).samples(undefined, longest)) {
    rate = sample.sampleRate
    const mono = new Float32Array(sample.numberOfFrames)
    for (let channel = 0; channel < sample.numberOfChannels; channel++) {
      const samples = new Float32Array(sample.numberOfFrames)
      sample.copyTo(samples, { planeIndex: channel, format: 'f32-planar' })
      for (let i = 0; i < mono.length; i++) mono[i]! += samples[i]! / sample.numberOfChannels
    }
    pieces.push(mono)
    sample.close()
  }
  detector.add(resample(joined(pieces), rate, markRate))
  return detector.likeliest()
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
