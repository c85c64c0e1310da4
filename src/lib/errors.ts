/**
 * What a failure means to a person: a sentence and the ways on from it.
 * Comlink carries only the name and the message of an error across a worker's border, so the name decides.
 */
import { m } from '../i18n/paraglide/messages.js'
import { number } from './format.ts'
import { PictureRefusedError } from '../policy/pictures.ts'
import { ruleNames, ruleOf, ruleSentence } from '../policy/rules.ts'

/** 'retry' repeats what failed, 'wasm' does it on the processor. */
export type Way = 'retry' | 'wasm' | 'reload'

export interface Trouble {
  name: string
  sentence: () => string
  ways: Way[]
  /** The error's own words, in English, for who wants them. */
  detail: string
}

const KNOWN: Record<string, [sentence: () => string, ways: Way[]]> = {
  PackError: [m.error_pack, ['retry', 'reload']],
  DownloadError: [m.error_download, ['retry']],
  QuotaError: [m.error_quota, ['retry']],
  DeviceLostError: [m.error_device, ['retry', 'wasm']],
  PolicyError: [m.error_policy, []],
  PictureCheckError: [m.error_picture_check, ['retry']],
  EncodeError: [m.error_encode, ['retry']],
  SigningError: [m.error_signing, ['retry']],
  ConsentError: [m.error_consent, []],
  MemoryError: [m.error_memory, ['retry', 'reload']],
  RangeError: [m.error_memory, ['reload']],
  WorkerError: [m.error_worker, ['retry', 'reload']],
  RuntimeError: [m.error_worker, ['retry', 'wasm', 'reload']],
  NotLoadedError: [m.error_worker, ['retry', 'reload']],
  GoldenError: [m.error_golden, ['wasm']],
  RequestError: [m.error_request, []],
  ProjectError: [m.error_project, []],
  NoBeginningError: [m.error_no_beginning, []],
  PromptTooLongError: [m.error_prompt_long, []],
  UnreadableFileError: [m.error_unreadable, []],
  EmptyFileError: [m.error_empty_file, []],
  TooLargeFileError: [m.error_large_file, []],
  WrongTypeError: [m.error_wrong_type, []],
  NoPictureError: [m.error_no_picture, []],
  CodecError: [m.error_codec, []],
  MissingFileError: [m.error_missing_file, []],
  TagsError: [m.error_unreadable, []],
  NoModificationAllowedError: [m.error_file, ['retry']],
  NotAllowedError: [m.error_file, ['retry']],
}

export function trouble(error: unknown): Trouble {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const rule = name === 'PolicyError' ? ruleOf(message) : undefined
  if (rule) return { name, sentence: () => ruleSentence(rule), ways: [], detail: '' }
  if (error instanceof PictureRefusedError) return { name, sentence: () => pictureSentence(error), ways: [], detail: '' }
  const [sentence, ways] = KNOWN[name] ?? [m.error_unknown, ['retry', 'reload'] satisfies Way[]]
  return { name, sentence, ways: [...ways], detail: message }
}

function pictureSentence({ rule, what, seconds }: PictureRefusedError): string {
  const found = { rule: ruleNames[rule]() }
  if (seconds === null && what === 'brought') return m.picture_still_refused(found)
  const place = { ...found, seconds: number(seconds ?? 0, { maximumFractionDigits: 1 }) }
  return what === 'made' ? m.picture_made_refused(place) : m.picture_refused(place)
}

/** Of an error that was kept by its name, and a refusal by its rule: `PolicyError (rule: hate)`. */
export function troubleOf(kept: string): Trouble {
  return trouble(Object.assign(new Error(kept), { name: kept.replace(/ \(.*$/, '') }))
}

/** The person's own decision is no failure: nothing is shown for it. */
export function wasCancelled(error: unknown): boolean {
  return error instanceof Error && (error.name === 'CancelledError' || error.name === 'AbortError')
}
