/** The facts of a film in C2PA's words (https://spec.c2pa.org, 2.2). */
import type { Ancestor } from './ancestors'
import type { FilmFacts, Parent } from './types'

declare const __KINORA_VERSION__: string

const sourceTypes = 'http://cv.iptc.org/newscodes/digitalsourcetype/'
const generated = `${sourceTypes}trainedAlgorithmicMedia`
const changed = `${sourceTypes}compositeWithTrainedAlgorithmicMedia`

/** Our own assertion. There is no domain of Kinora's to name it after. */
export const generationLabel = 'kinora.generation'

/** By it, actions name the ingredient, and the library finds its manifests. */
const parentId = 'parent'
export const parentManifests = 'parent.c2pa'

/** @param packHash SHA-256 of the pack's manifest, which holds those of all its graphs and weights */
export function manifestOf(facts: FilmFacts, packHash: string | undefined): object {
  const { pack, packVersion, backend, seed, steps, prompt, negative, film, parent, shots, training } = facts
  const generator = { name: 'Kinora', version: __KINORA_VERSION__ }
  return {
    claim_generator_info: [generator],
    // Not the file's name: that has the prompt in it.
    title: parent ? `Kinora film, seed ${seed}, from another film` : `Kinora film, seed ${seed}`,
    format: 'video/mp4',
    assertions: [
      { label: 'c2pa.actions.v2', created: true, data: { actions: actionsOf(facts, generator), allActionsIncluded: true } },
      {
        label: generationLabel,
        created: true,
        data: {
          model: { name: pack, version: packVersion, ...(packHash !== undefined && { sha256: packHash }) },
          backend,
          seed,
          steps,
          ...(prompt !== undefined && { prompt }),
          ...(negative !== undefined && { negative }),
          ...(film !== undefined && { film }),
          ...(parent && { from: parent }),
          ...(shots && { shots }),
        },
      },
      { label: 'cawg.training-mining', created: true, data: { entries: miningEntries(training) } },
    ],
  }
}

function actionsOf({ parent, shots }: FilmFacts, softwareAgent: { name: string; version: string }): object[] {
  const when = new Date().toISOString()
  if (parent) {
    const description = howItWasMade(parent)
    return [
      { action: 'c2pa.opened', when, softwareAgent, parameters: { ingredientIds: [parentId] } },
      { action: 'c2pa.edited', when, softwareAgent, digitalSourceType: changed, description },
    ]
  }
  const created = { action: 'c2pa.created', when, softwareAgent, digitalSourceType: generated }
  if (!shots || shots.length < 2) return [created]
  return [created, { action: 'c2pa.edited', when, softwareAgent, digitalSourceType: generated, description: `Cut from ${shots.length} clips` }]
}

function howItWasMade({ how, keep }: Parent): string {
  if (how === 'extend') return 'Continued by the model'
  if (how === 'hold') return 'Drawn again by the model around what a person moved'
  return `Drawn again by the model, kept: ${keep ?? 'nothing'}`
}

/** https://cawg.io/training-and-data-mining/1.1/ Searching and describing a film is everybody's. */
function miningEntries(use: FilmFacts['training']): Record<string, { use: string }> {
  return { 'cawg.ai_generative_training': { use }, 'cawg.ai_training': { use }, 'cawg.data_mining': { use } }
}

/** The film that another began from; with its own manifests if it was ever signed here. */
export function ingredientOf(parent: Parent, ancestor: Pick<Ancestor, 'active' | 'validation'> | undefined): object {
  return {
    title: `Kinora film, seed ${parent.seed}`,
    format: 'video/mp4',
    relationship: 'parentOf',
    label: parentId,
    instance_id: parent.film === undefined ? parentId : `kinora:tokens-sha256:${parent.film}`,
    ...(ancestor && {
      active_manifest: ancestor.active,
      validation_results: ancestor.validation,
      manifest_data: { format: 'application/c2pa', identifier: parentManifests },
    }),
  }
}
