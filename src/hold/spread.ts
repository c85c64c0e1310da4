/** Targets that lie on each other are moved apart, so that each can be hit (WCAG 2.2, 2.5.8): what is seen of them stays where it belongs. */

export interface Spot {
  x: number
  y: number
}

/** Enough for some twenty targets on one spot; what is left then is as far apart as the room allows. */
const ROUNDS = 200

/**
 * @param spots centres of square targets, px
 * @param side of a target, px
 * @returns centres within `width` × `height` so that no two targets overlap, as near to the spots as pushing them apart leaves them
 */
export function spread(spots: readonly Spot[], side: number, width: number, height: number): Spot[] {
  const moved = spots.map(({ x, y }) => ({ x: clamp(x, width), y: clamp(y, height) }))
  for (let round = 0; round < ROUNDS; round++) {
    let apart = true
    for (const [i, a] of moved.entries()) {
      for (const b of moved.slice(i + 1)) {
        // The way along which less has to be moved; on the very same spot, to the side.
        const axis = Math.abs(b.y - a.y) > Math.abs(b.x - a.x) ? 'y' : 'x'
        const gap = Math.abs(b[axis] - a[axis])
        if (gap >= side) continue
        apart = false
        const sign = b[axis] < a[axis] ? -1 : 1
        const push = (sign * (side - gap)) / 2 + sign * 0.01
        const room = axis === 'x' ? width : height
        a[axis] = clamp(a[axis] - push, room)
        b[axis] = clamp(b[axis] + push, room)
      }
    }
    if (apart) break
  }
  return moved
}

/**
 * The same along a line: each keeps its place in the order, and moves on as far as the one before it needs.
 * @param places centres, px, in the order of the line
 */
export function spreadInLine(places: readonly number[], side: number, width: number): number[] {
  const moved: number[] = []
  for (const place of places) moved.push(Math.max(place, (moved.at(-1) ?? -Infinity) + side))
  for (let i = moved.length - 1, most = width; i >= 0; i--, most = moved[i + 1]! - side) moved[i] = Math.min(moved[i]!, most)
  return moved
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most)
}
