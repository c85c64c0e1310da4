import { expect, it } from 'vitest'
import { Slots } from './slots.ts'

it('gives every key a place of its own and keeps it there', () => {
  const slots = new Slots(3)
  expect(['a', 'b', 'c', 'a', 'c'].map((key) => slots.take(key))).toEqual([0, 1, 2, 0, 2])
  expect([slots.use('b'), slots.use('z')]).toEqual([1, undefined])
})

it('gives away the place used longest ago, never a second one', () => {
  const slots = new Slots(3)
  for (const key of ['a', 'b', 'c']) slots.take(key)
  slots.use('a')
  expect(slots.take('d')).toBe(1)
  expect(slots.use('b')).toBeUndefined()
  expect([slots.take('e'), slots.take('a')]).toEqual([2, 0])
})
