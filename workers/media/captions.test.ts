import { describe, expect, it } from 'vitest'
import { toWebVtt } from './captions'

describe('toWebVtt', () => {
  it('writes cues as the specification has them', () => {
    expect(toWebVtt([{ start: 0, end: 1.5, text: 'Hello' }, { start: 3661.25, end: 3662, text: 'two\n\n lines' }])).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nHello\n\n01:01:01.250 --> 01:01:02.000\ntwo\nlines\n',
    )
  })

  it('lets no words become markup or a cue of their own', () => {
    expect(toWebVtt([{ start: 0, end: 1, text: 'a < b & c\n\n00:00:05.000 --> 00:00:06.000\nx' }])).toContain('a &lt; b &amp; c\n00:00:05.000 --&gt; 00:00:06.000\nx\n')
  })
})
