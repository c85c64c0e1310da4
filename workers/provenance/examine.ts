/** What the manifests in a file say and whether they still hold, for any file, whoever made it and however broken it is. */
import { WasmReader } from '@contentauth/c2pa-wasm'
import * as v from 'valibot'
import { formatOf } from './format'
import { startLibrary } from './library'
import { consentLabel, generationLabel, softBindingLabel } from './manifest'
import type { IngredientNode, ManifestNode, Report } from './types'

/** Nobody vouches for the signer. Kinora has no list of those it would trust, so this holds for every file and is said once, in words. */
const untrusted = 'signingCredential.untrusted'

const Text = v.optional(v.fallback(v.pipe(v.string(), v.maxLength(10_000)), ''))
const Codes = v.fallback(v.array(v.object({ code: v.string() })), [])
const Results = v.fallback(
  v.object({
    activeManifest: v.optional(v.object({ failure: Codes })),
    ingredientDeltas: v.optional(v.array(v.object({ validationDeltas: v.object({ failure: Codes }) }))),
  }),
  {},
)
const Assertion = v.object({ label: v.string(), data: v.unknown() })
const ManifestSchema = v.object({
  title: Text,
  claim_generator: Text,
  claim_generator_info: v.fallback(v.array(v.object({ name: v.string(), version: Text })), []),
  assertions: v.fallback(v.array(Assertion), []),
  ingredients: v.fallback(
    v.array(v.object({ title: Text, relationship: Text, active_manifest: Text, validation_status: v.optional(Codes, []), validation_results: v.optional(Results, {}) })),
    [],
  ),
  signature_info: v.optional(v.object({ issuer: Text, common_name: Text, cert_serial_number: Text, time: Text })),
})
const StoreSchema = v.object({
  active_manifest: v.string(),
  manifests: v.record(v.string(), ManifestSchema),
  validation_state: v.optional(v.string()),
  validation_status: v.optional(Codes, []),
  validation_results: v.optional(Results, {}),
})
const ActionsSchema = v.object({
  actions: v.array(v.object({ action: v.string(), digitalSourceType: Text, description: Text })),
})
const GenerationSchema = v.object({
  model: v.optional(v.object({ name: v.string(), version: v.string(), sha256: Text })),
  prompt: Text,
})

const BindingSchema = v.object({ alg: v.literal('kinora.mark.1'), blocks: v.pipe(v.array(v.object({ value: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/)) })), v.minLength(1)) })
const ConsentSchema = v.object({ given: v.pipe(v.string(), v.isoTimestamp()), expires: v.pipe(v.string(), v.isoTimestamp()) })

type Manifest = v.InferOutput<typeof ManifestSchema>
type Store = v.InferOutput<typeof StoreSchema>

/** Chains are as long as somebody made them; a reader needs an end. */
const maxDepth = 32

/** @throws Error when the library cannot be started; never for what is in the file */
export async function examine(file: Blob): Promise<Report> {
  const format = await formatOf(file)
  if (format === undefined) return { state: file.size === 0 ? 'unreadable' : 'none', problems: [] }
  await startLibrary()
  let json: string
  try {
    const reader = await WasmReader.fromBlob(format, file)
    json = reader.json()
    reader.free()
  } catch (error) {
    return withoutManifest(String(error))
  }
  const store = v.safeParse(StoreSchema, JSON.parse(json))
  return store.success ? report(store.output) : { state: 'unreadable', problems: [] }
}

/** The library's errors come as text with Rust's names in them. */
function withoutManifest(error: string): Report {
  const none = /JumbfNotFound|ProvenanceMissing|UnsupportedType/.test(error)
  return { state: none ? 'none' : 'unreadable', problems: [] }
}

function report(store: Store): Report {
  const problems = failures(store.validation_status, store.validation_results)
  const broken = store.validation_state === 'Invalid' || problems.length > 0
  const manifest = nodeOf(store, store.active_manifest, [])
  return { state: broken ? 'broken' : 'intact', ...(manifest && { manifest }), problems }
}

function failures(status: { code: string }[], { activeManifest, ingredientDeltas = [] }: v.InferOutput<typeof Results>): string[] {
  const deltas = ingredientDeltas.flatMap(({ validationDeltas }) => validationDeltas.failure)
  const codes = [...status, ...(activeManifest?.failure ?? []), ...deltas].map(({ code }) => code)
  return [...new Set(codes)].filter((code) => code !== untrusted)
}

/** @param path labels from the file's own manifest down to this one's child */
function nodeOf(store: Store, label: string | undefined, path: string[]): ManifestNode | undefined {
  const manifest = label === undefined ? undefined : store.manifests[label]
  // A forged chain may bite its own tail.
  if (!manifest || label === undefined || path.includes(label) || path.length >= maxDepth) return undefined
  const { title, signature_info: signature } = manifest
  const generation = assertion(manifest, GenerationSchema, generationLabel)
  const consent = assertion(manifest, ConsentSchema, consentLabel)
  const generator = generatorOf(manifest)
  const binding = assertion(manifest, BindingSchema, softBindingLabel)
  return {
    ...(title && { title }),
    ...(generator && { generator }),
    ...(signature && {
      signer: {
        ...(signature.common_name && { name: signature.common_name }),
        ...(signature.issuer && { organisation: signature.issuer }),
        ...(signature.cert_serial_number && { serial: signature.cert_serial_number }),
        ...(signature.time && { time: signature.time }),
      },
    }),
    actions: (assertion(manifest, ActionsSchema, 'c2pa.actions.v2', 'c2pa.actions')?.actions ?? []).map(actionOf),
    ...(generation?.model && { model: modelOf(generation.model) }),
    ...(generation?.prompt && { prompt: generation.prompt }),
    ...(binding && { mark: binding.blocks[0]!.value }),
    ...(consent && { consent }),
    ingredients: manifest.ingredients.map((ingredient) => ingredientOf(store, ingredient, [...path, label])),
  }
}

function ingredientOf(store: Store, ingredient: Manifest['ingredients'][number], path: string[]): IngredientNode {
  const { title, relationship, active_manifest, validation_status, validation_results } = ingredient
  const parent = nodeOf(store, active_manifest, path)
  return {
    ...(title && { title }),
    ...(relationship && { relationship }),
    ...(parent && { manifest: parent }),
    problems: failures(validation_status, validation_results),
  }
}

function actionOf({ action, digitalSourceType, description }: v.InferOutput<typeof ActionsSchema>['actions'][number]): ManifestNode['actions'][number] {
  return {
    action,
    ...(digitalSourceType && { source: digitalSourceType.slice(digitalSourceType.lastIndexOf('/') + 1) }),
    ...(description && { description }),
  }
}

function modelOf({ name, version, sha256 }: NonNullable<v.InferOutput<typeof GenerationSchema>['model']>): ManifestNode['model'] {
  return { name, version, ...(sha256 && { sha256 }) }
}

function generatorOf({ claim_generator_info: [info], claim_generator }: Manifest): string {
  return info ? [info.name, info.version].filter(Boolean).join(' ') : (claim_generator ?? '')
}

/** The data of the first assertion of one of these labels, if it is as the specification has it. */
function assertion<T extends v.GenericSchema>(manifest: Manifest, schema: T, ...labels: string[]): v.InferOutput<T> | undefined {
  const found = manifest.assertions.find(({ label }) => labels.includes(label))
  const parsed = found && v.safeParse(schema, found.data)
  return parsed?.success ? parsed.output : undefined
}
