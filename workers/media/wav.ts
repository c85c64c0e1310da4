/** The sound alone, as it was made: 16 bits a sample, tagged as the film is. */
import { AudioSample, AudioSampleSource, BufferTarget, Output, WavOutputFormat } from 'mediabunny'
import { EncodeError } from './errors'
import { finishSound } from './finish'
import { soundRate } from './sound'
import { toMetadata } from './tags'
import type { Film, Plan } from './types'

export async function writeWav(film: Film, plan: Plan): Promise<Blob> {
  const data = await finishSound(film, plan, soundRate)
  const target = new BufferTarget()
  const source = new AudioSampleSource({ codec: 'pcm-s16' })
  const output = new Output({ format: new WavOutputFormat(), target })
  output.addAudioTrack(source)
  output.setMetadataTags(toMetadata(film.tags))
  try {
    await output.start()
    const sample = new AudioSample({ data, format: 'f32', numberOfChannels: 1, sampleRate: soundRate, timestamp: 0 })
    await source.add(sample)
    sample.close()
    await output.finalize()
  } catch (cause) {
    await output.cancel().catch(() => undefined)
    throw cause
  }
  if (!target.buffer) throw new EncodeError('The sound came out empty. The film is still here: try once more.')
  return new Blob([target.buffer], { type: 'audio/wav' })
}
