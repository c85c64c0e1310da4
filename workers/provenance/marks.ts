/** Kinora's invisible marks in the picture and the sound of any file: decodes some of it, and says what was found and whether the manifest fits. */
import { findMarked } from './ancestors'
import { examine } from './examine'
import { markName } from './manifest'
import type { ManifestNode, MarkReading, Marks } from './types'
import type { Mark } from './watermark/mark'
import { faintPicture, isSurePicture } from './watermark/picture'
import { faintSound, isSureSound } from './watermark/sound'

/** @throws nothing for what is in the file */
export async function readMarks(file: Blob, manifest?: ManifestNode): Promise<Marks> {
  // What decodes films is fetched by who asks for it.
  const { seenIn, heardIn } = await import('./decode')
  const picture = readingOf(await seenIn(file).catch(() => 'unreadable' as const), isSurePicture, faintPicture, manifest)
  const sound = readingOf(await heardIn(file).catch(() => 'unreadable' as const), isSureSound, faintSound, manifest)
  const found = [picture, sound].flatMap(({ mark, fits }) => (mark !== undefined && fits !== 'own' && fits !== 'ingredient' ? mark : []))
  const kept = await keptManifest(found)
  return { picture, sound, ...(kept && { kept }) }
}

/** What a detector was left with: its likeliest mark, null where there was nothing to look at, or why there is none. */
export type Looked = Mark | null | 'absent' | 'unreadable'

function readingOf(looked: Looked, isSure: (mark: Mark) => boolean, faint: number, manifest: ManifestNode | undefined): MarkReading {
  if (looked === 'absent' || looked === 'unreadable') return { state: looked }
  if (looked === null) return { state: 'none' }
  const sureness = Math.round(looked.sureness * 10) / 10
  if (isSure(looked)) {
    const mark = markName(looked.payload)
    return { state: 'found', mark, sureness, ...(manifest && { fits: fitOf(mark, manifest) }) }
  }
  return looked.sureness >= faint ? { state: 'faint', sureness } : { state: 'none' }
}

function fitOf(mark: string, manifest: ManifestNode): 'own' | 'ingredient' | 'other' {
  if (manifest.mark === mark) return 'own'
  const inside = ({ ingredients }: ManifestNode): boolean => ingredients.some((one) => one.manifest && (one.manifest.mark === mark || inside(one.manifest)))
  return inside(manifest) ? 'ingredient' : 'other'
}

async function keptManifest(marks: readonly string[]): Promise<ManifestNode | undefined> {
  for (const mark of marks) {
    const kept = await findMarked(Number.parseInt(mark, 16)).catch(() => undefined)
    const manifest = kept && (await examine(new Blob([kept.manifests])).catch(() => undefined))?.manifest
    if (manifest) return manifest
  }
  return undefined
}
