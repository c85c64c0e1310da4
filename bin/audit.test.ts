import { describe, expect, it } from 'vitest'
import exceptionList from './audit.json'
import { judge, parse, UnreachableError } from './audit.mjs'

/** As npm 10 prints it, cut down: `a` has a weakness, `b` has it through `a`. */
const report = {
  vulnerabilities: {
    a: { name: 'a', severity: 'high', via: [{ source: 1, name: 'a', title: 'Path traversal', url: 'https://github.com/advisories/GHSA-xxxx-yyyy-zzzz', severity: 'high' }] },
    b: { name: 'b', severity: 'high', via: ['a'] },
  },
}
const exception = { id: 'GHSA-xxxx-yyyy-zzzz', package: 'a', reason: 'only in tests', until: '2027-01-31' }
const on = (day: string) => new Date(day)

describe('audit', () => {
  it('fails on a weakness, once, with where to read of it', () => {
    const { failed, lines } = judge(report, [], on('2027-01-01'))
    expect(failed).toBe(true)
    expect(lines).toEqual(['FOUND    a: Path traversal (high, https://github.com/advisories/GHSA-xxxx-yyyy-zzzz)'])
  })

  it('lets a written exception pass until its day, for its package alone', () => {
    expect(judge(report, [exception], on('2027-01-30')).failed).toBe(false)
    expect(judge(report, [exception], on('2027-02-01')).failed).toBe(true)
    expect(judge(report, [{ ...exception, package: 'b' }], on('2027-01-30')).failed).toBe(true)
  })

  it('names exceptions that nothing needs any more', () => {
    expect(judge({ vulnerabilities: {} }, [exception], on('2027-01-01'))).toEqual({ failed: false, lines: ['no longer needed: the exception GHSA-xxxx-yyyy-zzzz for a', 'No known weaknesses.'] })
  })

  it('takes silence of the registry for no all-clear', () => {
    expect(() => parse('')).toThrow(UnreachableError)
    expect(() => parse('{"message":"405 Method Not Allowed","error":{"summary":"","detail":""}}')).toThrow(/405/)
    expect(parse('{"vulnerabilities":{}}')).toEqual({ vulnerabilities: {} })
  })

  it('has exceptions that say why and until when', () => {
    for (const { id, package: name, reason, until } of exceptionList.exceptions as (typeof exception)[]) {
      expect(id).toMatch(/^GHSA(-[0-9a-z]{4}){3}$/)
      expect(name).not.toBe('')
      expect(reason.length).toBeGreaterThan(20)
      expect(Date.parse(until) - Date.now()).toBeLessThan(93 * 24 * 3600_000)
    }
  })
})
