/**
 * Films and pictures from elsewhere, fitted to what a pack makes: cut to its shape, at its frame rate, its sound mono at its rate. Nothing of a file is believed
 * before it was tried: whatever is wrong with it becomes an error with a sentence.
 */
import { ALL_FORMATS, AudioSampleSink, BlobSource, Input, type InputAudioTrack, type InputVideoTrack, type VideoSample, VideoSampleSink } from 'mediabunny'
import { CancelledError, CodecError, EmptyFileError, NoPictureError, TooLargeFileError, UnreadableFileError, WrongTypeError } from './errors'
import { cropOf, footageSeconds, type Rectangle, type Size } from './fit'
import { resample } from './resample'
import type { Crop, Imported, ImportShape, Look } from './types'
import { withinSeconds } from './within'

/** 256 MB: half a minute from a telephone in 4K. All of it is read once, for its hash. */
export const maxBytes = 256 * 2 ** 20
/** px of the picture that is shown while one chooses the part to keep. */
const posterSide = 512
/** A picture of more is not decoded: it would take gigabytes. */
const maxPixels = 64e6
/** Some decoders never answer. */
const patienceSeconds = 20

/** What is in a file, with a picture of it. */
export async function lookAt(file: Blob): Promise<Look> {
  return opened<Look>(file, {
    image: async (bitmap) => ({ kind: 'image', width: bitmap.width, height: bitmap.height, seconds: 0, sound: 'none', poster: await poster(bitmap, bitmap) }),
    film: async ({ video, audio, start, seconds }) => {
      for await (const sample of new VideoSampleSink(video).samplesAtTimestamps([start + seconds * 0.3])) {
        if (!sample) break
        const size = { width: sample.displayWidth, height: sample.displayHeight }
        try {
          return { kind: 'film', ...size, seconds, sound: await soundOf(audio), poster: await poster(size, sample) }
        } finally {
          sample.close()
        }
      }
      throw unreadable()
    },
  })
}

/**
 * @param crop which part of a picture of another shape is kept
 * Throws EmptyFileError, TooLargeFileError, WrongTypeError, NoPictureError, CodecError, UnreadableFileError, and CancelledError once `signal` is aborted
 */
export async function importFile(file: Blob, shape: ImportShape, crop: Crop, signal: AbortSignal, onProgress?: (share: number) => void): Promise<Imported> {
  const { width, height, fps, sampleRate, minSeconds, maxSeconds } = shape
  const size = width * height * 4
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true })
  if (!context) throw new TypeError('There is no canvas.')
  context.imageSmoothingQuality = 'high'
  const stop = () => {
    if (signal.aborted) throw new CancelledError()
  }
  const blank = (seconds: number) => ({
    rgba: new Uint8ClampedArray(Math.round(seconds * fps) * size),
    pcm: new Float32Array(Math.round(seconds * sampleRate)),
  })
  const result = await opened<Omit<Imported, 'sha256'>>(file, {
    image: async (bitmap) => {
      const { rgba, pcm } = blank(minSeconds)
      const { x, y, width: across, height: down } = cropOf(bitmap, shape, crop)
      context.fillStyle = 'white'
      context.fillRect(0, 0, width, height)
      context.drawImage(bitmap, x, y, across, down, 0, 0, width, height)
      const frame = context.getImageData(0, 0, width, height).data
      for (let at = 0; at < rgba.length; at += size) rgba.set(frame, at)
      return { kind: 'image', sound: 'none', fileSeconds: 0, footage: { width, height, fps, frameCount: rgba.length / size, rgba, sampleRate, pcm } }
    },
    film: async ({ video, audio, start, seconds: fileSeconds }) => {
      const seconds = footageSeconds(fileSeconds, minSeconds, maxSeconds)
      const { rgba, pcm } = blank(seconds)
      const frameCount = rgba.length / size
      // The middle of each frame: a rate that does not fit would otherwise fall to either side by rounding.
      const times = Array.from({ length: frameCount }, (_, i) => start + Math.min((i + 0.5) / fps, Math.max(0, fileSeconds - 1e-3)))
      let frame = 0
      let rectangle: Rectangle | undefined
      for await (const sample of new VideoSampleSink(video).samplesAtTimestamps(times)) {
        stop()
        // Before the first frame, as some files have it, the first one is shown.
        if (sample) {
          rectangle = cropOf({ width: sample.displayWidth, height: sample.displayHeight }, shape, crop)
          draw(context, sample, rectangle, shape)
          sample.close()
        }
        rgba.set(context.getImageData(0, 0, width, height).data, frame * size)
        frame++
        onProgress?.(frame / frameCount)
      }
      if (!rectangle || frame < frameCount) throw unreadable()
      let sound = await soundOf(audio)
      if (audio && sound === 'heard') {
        const heard = await readSound(audio, start, seconds, sampleRate, stop).catch((error: unknown) => {
          if (error instanceof CancelledError) throw error
          return undefined
        })
        if (heard) pcm.set(heard.subarray(0, pcm.length))
        else sound = 'undecodable'
      }
      return { kind: 'film', sound, fileSeconds, footage: { width, height, fps, frameCount, rgba, sampleRate, pcm } }
    },
  })
  stop()
  return { ...result, sha256: await sha256(file) }
}

interface OpenFilm {
  video: InputVideoTrack
  audio: InputAudioTrack | null
  /** s, of the first frame */
  start: number
  seconds: number
}

async function opened<T>(file: Blob, read: { image: (bitmap: ImageBitmap) => Promise<T>; film: (film: OpenFilm) => Promise<T> }): Promise<T> {
  if (file.size === 0) throw new EmptyFileError('This file is empty: nothing was copied into it. Choose the original.')
  if (file.size > maxBytes) throw new TooLargeFileError(`This file has ${Math.round(file.size / 2 ** 20)} MB; up to ${maxBytes / 2 ** 20} MB are read. Cut out the part you need first.`)
  const input = new Input({ formats: ALL_FORMATS, source: new BlobSource(file) })
  try {
    if (!(await input.canRead())) return await readImage(file, read.image)
    const video = await input.getPrimaryVideoTrack()
    // Of a film that was not copied to its end, often nothing at all is known.
    if (!video) throw (await input.getPrimaryAudioTrack()) ? new NoPictureError('There is no picture in this file. Choose a film or an image.') : unreadable()
    if (!(await video.canDecode())) throw new CodecError(`This browser cannot show the picture of this film (${(await video.getCodec()) ?? 'unknown codec'}). Convert it to H.264 or VP9, or try another browser.`)
    const start = await video.getFirstTimestamp()
    const seconds = (await video.computeDuration()) - start
    if (!(seconds > 0 && Number.isFinite(seconds))) throw unreadable()
    return await read.film({ video, audio: await input.getPrimaryAudioTrack(), start, seconds })
  } catch (cause) {
    if (cause instanceof Error && ownErrors.has(cause.name)) throw cause
    throw unreadable(cause)
  } finally {
    input.dispose()
  }
}

const ownErrors = new Set(['CancelledError', 'CodecError', 'NoPictureError', 'UnreadableFileError', 'WrongTypeError'])

function unreadable(cause?: unknown): UnreadableFileError {
  return new UnreadableFileError('This file cannot be read: it is damaged or was not copied to its end. Try the original.', { cause })
}

/** @throws WrongTypeError for what is no picture, UnreadableFileError for a damaged one */
async function readImage<T>(file: Blob, read: (bitmap: ImageBitmap) => Promise<T>): Promise<T> {
  const head = new Uint8Array(await file.slice(0, 12).arrayBuffer())
  const text = String.fromCharCode(...head)
  const known = text.startsWith('\x89PNG') || text.startsWith('\xff\xd8\xff') || (text.startsWith('RIFF') && text.endsWith('WEBP'))
  if (!known) throw new WrongTypeError('This is neither a film (MP4, MOV, WebM) nor a picture (PNG, JPEG, WebP) that can be read.')
  const bitmap = await withinSeconds(patienceSeconds, createImageBitmap(file)).catch((cause: unknown) => {
    throw unreadable(cause)
  })
  try {
    if (bitmap.width * bitmap.height > maxPixels) throw new WrongTypeError(`This picture has ${Math.round((bitmap.width * bitmap.height) / 1e6)} million pixels; up to ${maxPixels / 1e6} are read. Make it smaller first.`)
    return await read(bitmap)
  } finally {
    bitmap.close()
  }
}

/** Draws the part that is kept, upright. */
function draw(context: OffscreenCanvasRenderingContext2D, sample: VideoSample, { x, y, width, height }: Rectangle, target: Size): void {
  sample.draw(context, x, y, width, height, 0, 0, target.width, target.height)
}

async function poster({ width, height }: Size, picture: ImageBitmap | VideoSample): Promise<Blob> {
  const scale = Math.min(1, posterSide / Math.min(width, height))
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)))
  const context = canvas.getContext('2d', { alpha: false })
  if (!context) throw new TypeError('There is no canvas.')
  context.imageSmoothingQuality = 'high'
  context.fillStyle = 'white'
  context.fillRect(0, 0, canvas.width, canvas.height)
  if (picture instanceof ImageBitmap) context.drawImage(picture, 0, 0, canvas.width, canvas.height)
  else picture.draw(context, 0, 0, canvas.width, canvas.height)
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 })
}

async function soundOf(audio: InputAudioTrack | null): Promise<Imported['sound']> {
  if (!audio) return 'none'
  return (await audio.canDecode()) ? 'heard' : 'undecodable'
}

/** Mono, at `rate`, from `start` on; silence where the file has none. */
async function readSound(audio: InputAudioTrack, start: number, seconds: number, rate: number, stop: () => void): Promise<Float32Array> {
  let source: Float32Array<ArrayBuffer> | undefined
  let sourceRate = rate
  for await (const sample of new AudioSampleSink(audio).samples(Math.max(0, start), start + seconds)) {
    stop()
    try {
      const { numberOfFrames, numberOfChannels, sampleRate, timestamp } = sample
      // Some codecs (HE-AAC) say their rate only now.
      source ??= new Float32Array(Math.round(seconds * (sourceRate = sampleRate)))
      if (sampleRate !== sourceRate) continue
      const first = Math.round((timestamp - start) * sourceRate)
      const plane = new Float32Array(numberOfFrames)
      for (let channel = 0; channel < numberOfChannels; channel++) {
        sample.copyTo(plane, { planeIndex: channel, format: 'f32-planar' })
        for (let i = Math.max(0, -first); i < numberOfFrames && first + i < source.length; i++) source[first + i]! += plane[i]! / numberOfChannels
      }
    } finally {
      sample.close()
    }
  }
  return source ? resample(source, sourceRate, rate) : new Float32Array(0)
}

async function sha256(file: Blob): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
