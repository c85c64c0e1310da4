/** Every frame as a PNG of its own, each signed, one after another into a zip that holds none of them in memory. */
import { BlobReader, BlobWriter, ZipWriter } from '@zip.js/zip.js/index-native.js'
import { Stills } from './still'
import type { Plan, Seal } from './types'

/** A name's date says nothing of when the film was made. */
const noDate = new Date(Date.UTC(1980, 0, 1))

export async function writeFrameZip(
  plan: Plan,
  frames: AsyncGenerator<Uint8ClampedArray<ArrayBuffer>>,
  seal: Seal,
  onFrame: (done: number) => void,
): Promise<Blob> {
  const stills = new Stills(plan.width, plan.height)
  const zip = new ZipWriter(new BlobWriter('application/zip'), { level: 0, useWebWorkers: false, extendedTimestamp: false, lastModDate: noDate })
  let index = 0
  for await (const rgba of frames) {
    const picture = await seal(await stills.encode(rgba, 'image/png'))
    await zip.add(`frame-${String(index).padStart(5, '0')}.png`, new BlobReader(picture))
    index++
    onFrame(index)
  }
  return zip.close()
}
