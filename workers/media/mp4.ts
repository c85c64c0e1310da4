/** An MP4 that plays anywhere: picture and sound interleaved, a key frame every half second, tagged. */
import { BufferTarget, EncodedAudioPacketSource, Mp4OutputFormat, Output, TextSubtitleSource } from 'mediabunny'
import { toWebVtt } from './captions'
import { CancelledError, EncodeError } from './errors'
import { finishSound } from './finish'
import { choosePictureCodec, pictureSample, pictureSource } from './picture'
import { secondsOf, soundOf } from './plan'
import { encodeSound, soundRate } from './sound'
import { toMetadata } from './tags'
import type { ExportResult, Film, Plan } from './types'

/** Scrubbing decodes from the key frame before: a sparse one makes it crawl. */
const keyFrameSeconds = 0.5

/** @param onFrame called with the number of frames done */
export async function writeMp4(
  film: Film,
  plan: Plan,
  frames: AsyncGenerator<Uint8ClampedArray<ArrayBuffer>>,
  signal: AbortSignal,
  onFrame: (done: number) => void,
): Promise<Omit<ExportResult, 'encodeMs'>> {
  const seconds = secondsOf(film, plan)
  // The sound's encoder runs while the first frames are drawn.
  const sounding = encodeSound(finishSound(film, soundOf(film, plan, soundRate), soundRate), seconds)
  sounding.catch(() => undefined)
  const codec = await choosePictureCodec(plan)
  const sound = await sounding
  throwIfCancelled(signal)

  const target = new BufferTarget()
  const picture = pictureSource(codec, plan.quality)
  const soundSource = new EncodedAudioPacketSource(sound.codec)
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target })
  output.addVideoTrack(picture, { frameRate: plan.fps })
  output.addAudioTrack(soundSource)
  const captions = plan.captions?.length ? new TextSubtitleSource('webvtt') : undefined
  if (captions) output.addSubtitleTrack(captions)
  output.setMetadataTags(toMetadata(film.tags))

  try {
    await output.start()
    await captions?.add(toWebVtt(plan.captions ?? []))
    captions?.close()
    let nextPacket = 0
    const addSoundUntil = async (time: number): Promise<void> => {
      for (; nextPacket < sound.packets.length; nextPacket++) {
        const packet = sound.packets[nextPacket]!
        if (packet.timestamp >= time) return
        await soundSource.add(packet, { decoderConfig: sound.decoderConfig })
      }
    }
    const every = framesPerKey(plan.fps)
    let index = 0
    for await (const rgba of frames) {
      const sample = pictureSample(rgba, plan, index)
      try {
        // Waits while the encoder is behind, so only a few frames are ever in flight.
        await picture.add(sample, { keyFrame: index % every === 0 })
      } finally {
        sample.close()
      }
      index++
      await addSoundUntil(index / plan.fps)
      onFrame(index)
    }
    await addSoundUntil(Infinity)
    picture.close()
    soundSource.close()
    await output.finalize()
    throwIfCancelled(signal)
    if (!target.buffer) throw new EncodeError('The file came out empty. The clip is still here: try once more.')
    return { file: new Blob([target.buffer], { type: 'video/mp4' }), videoCodec: codec, audioCodec: sound.codec }
  } catch (cause) {
    await output.cancel().catch(() => undefined)
    throw cause
  }
}

/** Frames from one key frame to the next. */
export function framesPerKey(fps: number): number {
  return Math.max(1, Math.floor(keyFrameSeconds * fps))
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError()
}
