/** An MP4 that plays anywhere: picture and sound interleaved, a key frame every half second, tagged. */
import { BufferTarget, EncodedAudioPacketSource, type EncodedPacket, EncodedVideoPacketSource, Mp4OutputFormat, NullTarget, Output, TextSubtitleSource } from 'mediabunny'
import { toWebVtt } from './captions'
import { CancelledError, EncodeError } from './errors'
import { finishSound } from './finish'
import { choosePictureCodec, pictureSample, pictureSource } from './picture'
import { secondsOf } from './plan'
import { type EncodedSound, encodeSound, soundRate } from './sound'
import { toMetadata } from './tags'
import type { ExportResult, Film, PictureCodec, Plan } from './types'
import type { I420 } from './yuv'

/** Scrubbing decodes from the key frame before: a sparse one makes it crawl. */
const keyFrameSeconds = 0.5

/** @param onFrame called with the number of frames done */
export async function writeMp4(
  film: Film,
  plan: Plan,
  frames: AsyncGenerator<I420>,
  signal: AbortSignal,
  onFrame: (done: number) => void,
): Promise<Omit<ExportResult, 'encodeMs'>> {
  const soundFailed = new AbortController()
  const sounding = finishSound(film, plan, soundRate).then((sound) => encodeSound(sound, secondsOf(film, plan)))
  sounding.catch((cause: unknown) => soundFailed.abort(cause))
  // Side by side: encoders have threads of their own.
  const picture = await encodePicture(frames, plan, soundFailed.signal, onFrame)
  const sound = await sounding
  throwIfCancelled(signal)
  return { file: await muxed(picture, sound, film, plan), videoCodec: picture.codec, audioCodec: sound.codec }
}

interface EncodedPicture {
  codec: PictureCodec
  packets: EncodedPacket[]
  decoderConfig: VideoDecoderConfig
}

async function encodePicture(frames: AsyncGenerator<I420>, plan: Plan, stop: AbortSignal, onFrame: (done: number) => void): Promise<EncodedPicture> {
  const codec = await choosePictureCodec(plan)
  const packets: EncodedPacket[] = []
  let decoderConfig: VideoDecoderConfig | undefined
  const source = pictureSource(codec, plan.quality, (packet, meta) => {
    packets.push(packet)
    decoderConfig ??= meta?.decoderConfig
  })
  const output = new Output({ format: new Mp4OutputFormat(), target: new NullTarget() })
  output.addVideoTrack(source, { frameRate: plan.fps })
  try {
    await output.start()
    const every = framesPerKey(plan.fps)
    let index = 0
    for await (const frame of frames) {
      stop.throwIfAborted()
      const sample = pictureSample(frame, plan.fps, index)
      try {
        // Waits while the encoder is behind, so only a few frames are ever in flight.
        await source.add(sample, { keyFrame: index % every === 0 })
      } finally {
        sample.close()
      }
      index++
      onFrame(index)
    }
    await output.finalize()
  } catch (cause) {
    await output.cancel().catch(() => undefined)
    throw cause
  }
  if (!decoderConfig) throw new EncodeError('The encoder gave no picture. No file was written and the clip is still here: try once more.')
  return { codec, packets, decoderConfig }
}

async function muxed(picture: EncodedPicture, sound: EncodedSound, film: Film, plan: Plan): Promise<Blob> {
  const target = new BufferTarget()
  const [pictureTrack, soundTrack] = [new EncodedVideoPacketSource(picture.codec), new EncodedAudioPacketSource(sound.codec)]
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target })
  output.addVideoTrack(pictureTrack, { frameRate: plan.fps })
  output.addAudioTrack(soundTrack)
  const captions = plan.captions?.length ? new TextSubtitleSource('webvtt') : undefined
  if (captions) output.addSubtitleTrack(captions)
  output.setMetadataTags(toMetadata(film.tags))
  try {
    await output.start()
    await captions?.add(toWebVtt(plan.captions ?? []))
    captions?.close()
    // The muxer lays them by their times.
    await Promise.all([addAll(pictureTrack, picture), addAll(soundTrack, sound)])
    await output.finalize()
    if (!target.buffer) throw new EncodeError('The file came out empty. The clip is still here: try once more.')
    return new Blob([target.buffer], { type: 'video/mp4' })
  } catch (cause) {
    await output.cancel().catch(() => undefined)
    throw cause
  }
}

async function addAll(track: EncodedVideoPacketSource, encoded: EncodedPicture): Promise<void>
async function addAll(track: EncodedAudioPacketSource, encoded: EncodedSound): Promise<void>
async function addAll(track: EncodedVideoPacketSource | EncodedAudioPacketSource, { packets, decoderConfig }: EncodedPicture | EncodedSound): Promise<void> {
  for (const packet of packets) await track.add(packet, { decoderConfig } as EncodedVideoChunkMetadata & EncodedAudioChunkMetadata)
  track.close()
}

/** Frames from one key frame to the next. */
export function framesPerKey(fps: number): number {
  return Math.max(1, Math.floor(keyFrameSeconds * fps))
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError()
}
