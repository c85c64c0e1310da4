/** C2PA's terms in plain words. What is not in these lists is shown as the file has it: other programs have terms of their own. */
import type { IngredientNode, ManifestNode, MarkReading, Report } from '../../workers/provenance/types.ts'
import { m } from '../i18n/paraglide/messages.js'

type Action = ManifestNode['actions'][number]

const ACTIONS: Record<string, () => string> = {
  'c2pa.created': m.action_created,
  'c2pa.opened': m.action_opened,
  'c2pa.placed': m.action_placed,
  'c2pa.edited': m.action_edited,
  'c2pa.published': m.action_published,
  'c2pa.transcoded': m.action_converted,
  'c2pa.converted': m.action_converted,
}

const SOURCES: Record<string, () => string> = {
  trainedAlgorithmicMedia: m.source_model,
  compositeWithTrainedAlgorithmicMedia: m.source_with_model,
  algorithmicMedia: m.source_program,
  digitalCapture: m.source_camera,
  humanEdits: m.source_person,
  digitalCreation: m.source_person,
  composite: m.source_composite,
}

const RELATIONS: Record<string, () => string> = {
  parentOf: m.relation_parent,
  componentOf: m.relation_component,
  inputTo: m.relation_input,
}

export function actionWords({ action, source }: Action): string {
  const what = ACTIONS[action]?.() ?? action
  return source === undefined ? what : m.action_by({ action: what, source: SOURCES[source]?.() ?? source })
}

export function relationWords({ relationship }: IngredientNode): string {
  return RELATIONS[relationship ?? '']?.() ?? m.relation_input()
}

export interface Verdict {
  title: string
  proves: string
  provesNot: string
}

const VERDICTS: Record<Report['state'], [title: () => string, proves: () => string, provesNot: () => string]> = {
  none: [m.verdict_none, m.verdict_none_proves, m.verdict_none_not],
  intact: [m.verdict_intact, m.verdict_intact_proves, m.verdict_intact_not],
  broken: [m.verdict_broken, m.verdict_broken_proves, m.verdict_broken_not],
  unreadable: [m.verdict_unreadable, m.verdict_unreadable_proves, m.verdict_unreadable_not],
}

export function verdict({ state }: Report): Verdict {
  const [title, proves, provesNot] = VERDICTS[state]
  return { title: title(), proves: proves(), provesNot: provesNot() }
}

const MARKS: Record<MarkReading['state'], () => string> = {
  found: m.mark_found,
  faint: m.mark_faint,
  none: m.mark_none,
  absent: m.mark_absent,
  unreadable: m.mark_unreadable,
}

const FITS: Record<NonNullable<MarkReading['fits']>, () => string> = { own: m.mark_fits_own, ingredient: m.mark_fits_ingredient, other: m.mark_fits_other }

/** What was found, with how sure that is, and whether it is what the manifest names. */
export function markWords({ state, mark = '', sureness = 0, fits }: MarkReading): { found: string; details: string[] } {
  const details = [
    ...(state === 'found' ? [m.mark_number({ mark })] : []),
    ...(state === 'found' || state === 'faint' ? [m.mark_sureness({ sureness })] : []),
    ...(fits ? [FITS[fits]()] : []),
  ]
  return { found: MARKS[state](), details }
}
