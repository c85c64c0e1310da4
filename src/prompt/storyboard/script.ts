/**
 * A small script, one line a shot:
 *
 *     a red ball bounces in a room (4 s)
 *     + it rolls on
 *     # notes to oneself are left out
 *     3. a thunderstorm at night
 *
 * `+` or `…` in front: the shot goes on from the one before. Numbers and bullets in front are no words of the shot.
 */
import { MAX_SHOTS, maxSeconds, type Join } from './board.ts'

export interface ScriptLine {
  prompt: string
  seconds: number
  join: Join
}

/** @param windowSeconds of the pack: no shot is shorter */
export function readScript(text: string, windowSeconds: number): ScriptLine[] {
  const least = Math.max(1, Math.ceil(windowSeconds))
  return text
    .split(/\r?\n/)
    .flatMap((line): ScriptLine[] => {
      const [, mark = '', rest = ''] = /^\s*(?:(?:shot\s*)?\d{1,3}\s*[.):]\s+|[-*•–]\s+)?(\+|…|\.\.\.)?\s*(.*?)\s*$/iu.exec(line) ?? []
      if (!rest || rest.startsWith('#')) return []
      const length = /\s*[([]\s*(\d{1,3})\s*(?:s|sec|seconds?|det|detik|dtk)\.?\s*[)\]]/iu.exec(rest)
      const prompt = (length ? rest.replace(length[0], '') : rest).trim()
      const join: Join = mark ? 'continues' : 'cut'
      const seconds = Math.min(Math.max(length ? Number(length[1]) : least, least), maxSeconds(join, windowSeconds))
      return prompt ? [{ prompt, seconds, join }] : []
    })
    .slice(0, MAX_SHOTS)
}
