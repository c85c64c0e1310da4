import { describe, expect, it } from 'vitest'
import { edit, History, type Edit } from './history.ts'

/** An edit whose undo is its own inverse, not a snapshot. */
const plus = (n: number): Edit<number> => ({ label: `plus ${n}`, do: (x) => x + n, undo: (x) => x - n })
const times = (n: number): Edit<number> => ({ label: `times ${n}`, do: (x) => x * n, undo: (x) => x / n })

describe('History', () => {
  it('takes edits back one by one and does them again', () => {
    const history = new History(1)
    history.apply(plus(2))
    history.apply(times(10))
    expect([history.state, history.undoLabel, history.redoLabel]).toEqual([30, 'times 10', undefined])
    expect(history.undo()).toBe(true)
    expect([history.state, history.undoLabel, history.redoLabel]).toEqual([3, 'plus 2', 'times 10'])
    history.undo()
    expect(history.undo()).toBe(false)
    history.redo()
    history.redo()
    expect([history.state, history.redo()]).toEqual([30, false])
  })

  it('forgets what was undone once something else is done', () => {
    const history = new History(1)
    history.apply(plus(1))
    history.undo()
    history.apply(plus(5))
    expect([history.redo(), history.state]).toEqual([false, 6])
  })

  it('leaves no trace of an edit that changes nothing', () => {
    const history = new History(1)
    history.apply(plus(1))
    history.undo()
    history.apply(times(1))
    expect([history.undoLabel, history.redoLabel]).toEqual([undefined, 'plus 1'])
  })

  it('makes snapshots undo exactly', () => {
    const before = { clips: ['a'] }
    const history = new History(before)
    history.apply(edit('add', before, ({ clips }) => ({ clips: [...clips, 'b'] })))
    expect(history.state.clips).toEqual(['a', 'b'])
    history.undo()
    expect(history.state).toBe(before)
  })
})

describe('transactions', () => {
  it('make one edit of many, undone in reverse order', () => {
    const history = new History(1)
    history.transaction('both', () => {
      history.apply(plus(2))
      history.apply(times(10))
    })
    expect([history.state, history.undoLabel]).toEqual([30, 'both'])
    history.undo()
    expect(history.state).toBe(1)
    history.redo()
    expect(history.state).toBe(30)
  })

  it('nest: an inner one that is cancelled takes only its own part back', () => {
    const history = new History(1)
    history.begin('outer')
    history.apply(plus(2))
    history.begin('inner')
    history.apply(times(10))
    history.begin('innermost')
    history.apply(plus(1))
    history.commit()
    expect(history.state).toBe(31)
    history.cancel()
    expect([history.state, history.busy]).toEqual([3, true])
    history.apply(plus(4))
    history.commit()
    expect([history.state, history.busy]).toEqual([7, false])
    history.undo()
    expect([history.state, history.undo()]).toEqual([1, false])
  })

  it('leave nothing behind when their body throws', () => {
    const history = new History(1)
    const failing = () =>
      history.transaction('fails', () => {
        history.apply(plus(2))
        history.transaction('inner', () => history.apply(times(3)))
        throw new Error('no')
      })
    expect(failing).toThrow('no')
    expect([history.state, history.undoLabel, history.busy]).toEqual([1, undefined, false])
  })

  it('that did nothing are no edit, and nothing can be undone inside one', () => {
    const history = new History(1)
    history.apply(plus(1))
    history.transaction('empty', () => undefined)
    expect(history.undoLabel).toBe('plus 1')
    history.begin('open')
    expect([history.undo(), history.redo(), history.state]).toEqual([false, false, 2])
    history.commit()
    expect(() => history.commit()).toThrow(TypeError)
  })
})
