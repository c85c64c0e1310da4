/** A clip, or a film of several, becomes an MP4 that plays anywhere: picture and sound interleaved, a key frame every half second, tagged. */
import { BufferTarget, EncodedAudioPacketSource, Mp4OutputFormat, Output } from 'mediabunny'
import { EncodeError, CancelledError } from './errors'
import { choosePictureCodec, pictureSample, pictureSource } from './picture'
import { encodeSound } from './sound'
import { toMetadata } from './tags'
import type { ExportInput, ExportProgress, ExportResult, FrameReader, SequenceInput } from './types'

/** Scrubbing decodes from the key frame before: a sparse one makes it crawl. */
const keyFrameSeconds = 0.5

/** Encodes a film whose frames are all at hand; see `exportSequence`. */
export async function exportFilm(
  input: ExportInput,
  signal: AbortSignal,
  onProgress?: (progress: ExportProgress) => void,
): Promise<ExportResult> {
  const { rgba, frameCount, height, width } = input
  const size = height * width * 4
  if (rgba.length !== frameCount * size) {
    throw new TypeError(`input.rgba must hold ${frameCount * size} bytes (frames · height · width · 4), not ${rgba.length}.`)
  }
  return exportSequence(input, async (index) => rgba.subarray(index * size, (index + 1) * size), signal, onProgress)
}

/**
 * Encodes `input`, whose frames are read one after another. The file comes back as a Blob and goes nowhere else: what is not signed
 * yet (workers/provenance) is not written. Throws EncodeError, and CancelledError once `signal` is aborted.
 */
export async function exportSequence(
  input: SequenceInput,
  frames: FrameReader,
  signal: AbortSignal,
  onProgress?: (progress: ExportProgress) => void,
): Promise<ExportResult> {
  checkInput(input)
  const started = performance.now()
  const seconds = input.frameCount / input.fps
  const sound = await encodeSound(input.pcm, input.sampleRate, seconds)
  throwIfCancelled(signal)
  const firstFrame = await frameFrom(frames, 0, input)
  const pictureCodec = await choosePictureCodec(input, firstFrame)
  throwIfCancelled(signal)

  const target = new BufferTarget()
  const picture = pictureSource(pictureCodec)
  const soundSource = new EncodedAudioPacketSource(sound.codec)
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target })
  output.addVideoTrack(picture, { frameRate: input.fps })
  output.addAudioTrack(soundSource)
  output.setMetadataTags(toMetadata(input.tags))

  try {
    await output.start()
    let nextPacket = 0
    const addSoundUntil = async (time: number): Promise<void> => {
      for (; nextPacket < sound.packets.length; nextPacket++) {
        const packet = sound.packets[nextPacket]!
        if (packet.timestamp >= time) return
        await soundSource.add(packet, { decoderConfig: sound.decoderConfig })
      }
    }
    const framesPerKey = Math.max(1, Math.floor(keyFrameSeconds * input.fps))
    const loopStarted = performance.now()
    for (let frame = 0; frame < input.frameCount; frame++) {
      throwIfCancelled(signal)
      const sample = pictureSample(frame === 0 ? firstFrame : await frameFrom(frames, frame, input), input, frame)
      try {
        // Waits while the encoder or the disk is behind, so only a few frames are ever in flight.
        await picture.add(sample, { keyFrame: frame % framesPerKey === 0 })
      } finally {
        sample.close()
      }
      await addSoundUntil((frame + 1) / input.fps)
      const done = frame + 1
      const remainingMs = ((performance.now() - loopStarted) / done) * (input.frameCount - done)
      onProgress?.({ frame: done, frames: input.frameCount, remainingMs })
    }
    await addSoundUntil(Infinity)
    picture.close()
    soundSource.close()
    await output.finalize()
    throwIfCancelled(signal)
    if (!target.buffer) throw new EncodeError('The file came out empty. The clip is still here: try once more.')
    const file = new Blob([target.buffer], { type: 'video/mp4' })
    return { file, videoCodec: pictureCodec, audioCodec: sound.codec, encodeMs: performance.now() - started }
  } catch (cause) {
    await output.cancel().catch(() => undefined)
    if (cause instanceof CancelledError || cause instanceof EncodeError) throw cause
    throw new EncodeError('The encoder stopped before the end. No file was written and the clip is still here: try once more.', { cause })
  }
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError()
}

async function frameFrom(frames: FrameReader, index: number, { height, width }: SequenceInput): Promise<Uint8ClampedArray> {
  const rgba = await frames(index).catch((cause: unknown) => {
    throw new EncodeError(`Frame ${index} of the film could not be drawn. No file was written and the film is still here: try once more.`, { cause })
  })
  if (rgba.length !== height * width * 4) throw new TypeError(`Frame ${index} must hold ${height * width * 4} bytes (height · width · 4), not ${rgba.length}.`)
  return rgba
}

function checkInput({ width, height, fps, frameCount, sampleRate }: SequenceInput): void {
  const whole = { width, height, frameCount, sampleRate }
  for (const [name, value] of Object.entries(whole)) {
    if (!(Number.isInteger(value) && value > 0)) throw new TypeError(`input.${name} must be a whole number above 0, not ${value}.`)
  }
  if (!(fps > 0 && Number.isFinite(fps))) throw new TypeError(`input.fps must be a number above 0, not ${fps}.`)
}
