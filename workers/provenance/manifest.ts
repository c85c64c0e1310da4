/** The facts of a film in C2PA's words (https://spec.c2pa.org, 2.2). */
import type { Ancestor } from './ancestors'
import type { Consent } from '../cameo/types'
import type { FilmFacts, Parent, SignedShot } from './types'

declare const __KINORA_VERSION__: string

const sourceTypes = 'http://cv.iptc.org/newscodes/digitalsourcetype/'
const generated = `${sourceTypes}trainedAlgorithmicMedia`
const changed = `${sourceTypes}compositeWithTrainedAlgorithmicMedia`

/** Our own assertion. There is no domain of Kinora's to name it after. */
export const generationLabel = 'kinora.generation'

/** By it, a mark that was found in a picture or a sound leads to the manifest (C2PA 2.2, §18.6). */
export const softBindingLabel = 'c2pa.soft-binding'

/** `mark` as eight hexadecimal digits. */
export function markName(mark: number): string {
  return (mark >>> 0).toString(16).padStart(8, '0')
}

function softBinding(mark: number): object {
  return { alg: 'kinora.mark.1', blocks: [{ scope: {}, value: markName(mark) }] }
}

/** What the person whose likeness is in the film agreed to. */
export const consentLabel = 'kinora.consent'

/** By it, actions name the ingredient. */
const parentId = 'parent'
const cameoId = 'cameo'
const endId = 'end'
const clipId = (index: number): string => `clip-${index}`

/** By it, the library finds an ingredient's manifests. */
const manifestsOf = (id: string): string => `${id}.c2pa`

/**
 * @param format MIME type of the file
 * @param packHash SHA-256 of the pack's manifest, which holds those of all its graphs and weights
 */
export function manifestOf(facts: FilmFacts, format: string, packHash: string | undefined): object {
  const { pack, packVersion, backend, seed, steps, prompt, negative, film, part, parent, shots, consent, training, mark } = facts
  const generator = { name: 'Kinora', version: __KINORA_VERSION__ }
  return {
    claim_generator_info: [generator],
    // Not the file's name: that has the prompt in it.
    title: parent?.how === 'import' ? 'Film from elsewhere, fitted by Kinora' : parent ? `Kinora film, seed ${seed}, from another film` : `Kinora film, seed ${seed}`,
    format,
    assertions: [
      { label: 'c2pa.actions.v2', created: true, data: { actions: actionsOf(facts, generator), allActionsIncluded: true } },
      {
        label: generationLabel,
        created: true,
        // Of a film from elsewhere, as it came, no model has made anything.
        data: parent?.how === 'import' ? { from: parent } : {
          model: { name: pack, version: packVersion, ...(packHash !== undefined && { sha256: packHash }) },
          backend,
          seed,
          steps,
          ...(prompt !== undefined && { prompt }),
          ...(negative !== undefined && { negative }),
          ...(film !== undefined && { film }),
          ...(part && { part }),
          ...(parent && { from: parent }),
          ...(shots && { shots }),
        },
      },
      ...(mark === undefined ? [] : [{ label: softBindingLabel, created: true, data: softBinding(mark) }]),
      ...(consent ? [{ label: consentLabel, created: true, data: consent }] : []),
      { label: 'cawg.training-mining', created: true, data: { entries: miningEntries(training) } },
    ],
  }
}

function actionsOf(facts: FilmFacts, softwareAgent: { name: string; version: string }): object[] {
  const { parent, shots, consent } = facts
  const when = new Date().toISOString()
  const laidOver = consent ? [{ action: 'c2pa.placed', when, softwareAgent, parameters: { ingredientIds: [cameoId] }, description: 'A person cut out of their own recording, over every frame' }] : []
  if (parent) {
    const description = howItWasMade(parent)
    const opened = { action: 'c2pa.opened', when, softwareAgent, parameters: { ingredientIds: [parentId] } }
    if (parent.how === 'import') return [opened, { action: 'c2pa.edited', when, softwareAgent, description }, ...laidOver]
    const placed = parent.end === undefined ? [] : [{ action: 'c2pa.placed', when, softwareAgent, parameters: { ingredientIds: [endId] } }]
    return [
      opened,
      ...placed,
      { action: 'c2pa.edited', when, softwareAgent, digitalSourceType: changed, description },
      ...laidOver,
    ]
  }
  // With a person or clips from elsewhere in it, not all of a film is generated.
  const kind = consent || shots?.some(({ file }) => file !== undefined) ? changed : generated
  const created = { action: 'c2pa.created', when, softwareAgent, digitalSourceType: kind }
  if (!shots) return [created, ...laidOver]
  const placed = clipsOf(facts).map((_, index) => ({ action: 'c2pa.placed', when, softwareAgent, parameters: { ingredientIds: [clipId(index)] } }))
  const cut = shots.length > 1 ? [{ action: 'c2pa.edited', when, softwareAgent, digitalSourceType: kind, description: `Cut from ${shots.length} clips` }] : []
  return [created, ...placed, ...cut, ...laidOver]
}

function howItWasMade({ how, keep }: Parent): string {
  if (how === 'import') return 'Cut to another shape, length, frame rate and sample rate; nothing in it was generated'
  if (how === 'frames') return 'Drawn by the model to begin or to end with a picture'
  if (how === 'extend') return 'Continued by the model'
  if (how === 'hold') return 'Drawn again by the model around what a person moved'
  return `Drawn again by the model, kept: ${keep ?? 'nothing'}`
}

/** https://cawg.io/training-and-data-mining/1.1/ Searching and describing a film is everybody's. */
function miningEntries(use: FilmFacts['training']): Record<string, { use: string }> {
  return { 'cawg.ai_generative_training': { use }, 'cawg.ai_training': { use }, 'cawg.data_mining': { use } }
}

type Known = Pick<Ancestor, 'active' | 'validation'>

/** A film that another was made from; `id` is where its manifests are looked for, if it was ever signed here. */
export interface Ingredient {
  id: string
  /** SHA-256 of its tokens. */
  film?: string
  /** SHA-256 of the file, of what came from elsewhere: if it carries manifests, they are read from it. */
  file?: string
  json: (ancestor: Known | undefined) => object
}

/** The film that this one began from, or the clips that it was cut from, each once; and the person in it. */
export function ingredientsOf(facts: FilmFacts): Ingredient[] {
  const { parent, consent } = facts
  const began = parent && [ingredient(parentId, 'parentOf', parent), ...(parent.end === undefined ? [] : [ingredient(endId, 'componentOf', { seed: 0, file: parent.end })])]
  const films = began ?? clipsOf(facts).map((clip, index) => ingredient(clipId(index), 'componentOf', clip))
  return consent ? [...films, cameoIngredient(consent)] : films
}

/** The cut-out picture, by its digest: it is in no file but as part of the film. */
function cameoIngredient({ likeness }: Consent): Ingredient {
  const json = { title: 'A person’s likeness, with their consent', format: 'image/png', relationship: 'componentOf', label: cameoId, instance_id: `kinora:likeness-sha256:${likeness}` }
  return { id: manifestsOf(cameoId), json: () => json }
}

/** The different clips of a film of several, in the order of their first appearance. */
function clipsOf({ shots = [] }: FilmFacts): SignedShot[] {
  const key = ({ film, file }: SignedShot) => file ?? film
  return shots.filter((shot, i) => shots.findIndex((other) => (key(shot) === undefined ? other === shot : key(other) === key(shot))) === i)
}

function ingredient(id: string, relationship: 'parentOf' | 'componentOf', { film, file, seed }: { film?: string; file?: string; seed: number }): Ingredient {
  if (file !== undefined) {
    return { id: manifestsOf(id), file, json: () => ({ title: 'File from elsewhere', relationship, label: id, instance_id: `kinora:file-sha256:${file}` }) }
  }
  return {
    id: manifestsOf(id),
    ...(film !== undefined && { film }),
    json: (ancestor) => ({
      title: `Kinora film, seed ${seed}`,
      format: 'video/mp4',
      relationship,
      label: id,
      instance_id: film === undefined ? id : `kinora:tokens-sha256:${film}`,
      ...(ancestor && {
        active_manifest: ancestor.active,
        validation_results: ancestor.validation,
        manifest_data: { format: 'application/c2pa', identifier: manifestsOf(id) },
      }),
    }),
  }
}
