/** The rules in the words of the page. */
import type { PolicyRule } from '../../workers/policy/types.ts'
import { m } from '../i18n/paraglide/messages.js'

export const ruleNames: Record<PolicyRule, () => string> = {
  'sexual-minors': m.rule_sexual_minors,
  'self-harm': m.rule_self_harm,
  hate: m.rule_hate,
  sexual: m.rule_sexual,
  'graphic-violence': m.rule_graphic_violence,
  'public-figure': m.rule_public_figure,
  'private-person': m.rule_private_person,
}

const SENTENCES: Record<PolicyRule, () => string> = {
  'sexual-minors': m.policy_sexual_minors,
  'self-harm': m.policy_self_harm,
  hate: m.policy_hate,
  sexual: m.policy_sexual,
  'graphic-violence': m.policy_graphic_violence,
  'public-figure': m.policy_public_figure,
  'private-person': m.policy_private_person,
}

/** Why a rule refuses, and what to do. */
export const ruleSentence = (rule: PolicyRule): string => SENTENCES[rule]()

/** The rule that an error from a worker names, which is all that is left of its class. */
export function ruleOf(message: string): PolicyRule | undefined {
  const [, name = ''] = /\(rule: ([a-z-]+)\)$/.exec(message) ?? []
  return Object.hasOwn(SENTENCES, name) ? (name as PolicyRule) : undefined
}
