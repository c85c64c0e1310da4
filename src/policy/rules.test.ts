import { describe, expect, it } from 'vitest'
import { policyRules } from '../../workers/policy/types.ts'
import { PolicyError } from '../../workers/policy/screen.ts'
import { chooseLocale } from '../i18n/locale.svelte.ts'
import { trouble, troubleOf } from '../lib/errors.ts'
import { ruleNames, ruleOf, ruleSentence } from './rules.ts'

describe('a refusal', () => {
  it.each(policyRules)('by the rule %s is told in both languages, as it comes from a worker', (rule) => {
    const { message } = new PolicyError(rule)
    expect(ruleOf(message)).toBe(rule)
    expect(troubleOf(`PolicyError (rule: ${rule})`).sentence()).toBe(ruleSentence(rule))
    const { sentence } = trouble(Object.assign(new Error(message), { name: 'PolicyError' }))
    const english = [ruleNames[rule](), sentence()]
    chooseLocale('id')
    const indonesian = [ruleNames[rule](), sentence()]
    chooseLocale('en')
    for (const [i, words] of english.entries()) expect(indonesian[i]).not.toBe(words)
  })

  it('without a rule that is known has a sentence still', () => {
    expect(ruleOf('no (rule: toString)')).toBeUndefined()
    expect(trouble(Object.assign(new Error('no'), { name: 'PolicyError' })).sentence()).toMatch(/\.$/)
  })
})
