/**
 * Storyboards kept on this device, with what was made of their shots. A board is one value, and a take is written in one transaction with the board
 * that has it: wherever the tab is killed, what is there opens. Takes that no board has are thrown away at the start, when no other tab can take a deletion back.
 */
import { parseMedia, type Media } from '../../timeline/schema.ts'
import type { Shelf } from '../../timeline/store.ts'
import type { Board } from './board.ts'
import { parseBoard, serialize } from './schema.ts'

const BOARD = 'board:'
const TAKE = 'take:'
/** The id of the board that was open last. */
const OPEN = 'open'

export class BoardStore {
  readonly #shelf: Shelf

  constructor(shelf: Shelf) {
    this.#shelf = shelf
  }

  /** Every board that can be read, the one changed last first. */
  async boards(): Promise<Board[]> {
    const boards = (await this.#shelf.all(BOARD)).map(parseBoard)
    return boards.filter((board) => board !== undefined).toSorted((a, b) => b.changed - a.changed)
  }

  /** One board as it is now; undefined when it is gone or cannot be read. */
  async board(id: string): Promise<Board | undefined> {
    return parseBoard(await this.#shelf.read(BOARD + id))
  }

  async lastOpen(): Promise<string | undefined> {
    const id = await this.#shelf.read(OPEN)
    return typeof id === 'string' ? id : undefined
  }

  async setOpen(id: string): Promise<void> {
    await this.#shelf.write([[OPEN, id]])
  }

  /** undefined when it is gone or cannot be read. */
  async take(id: string): Promise<Media | undefined> {
    return parseMedia(await this.#shelf.read(TAKE + id))
  }

  /**
   * Keeps a board, with takes that are new in it, unless another tab changed it since.
   * @param known `changed` of the version that this one comes from; undefined for a board that was never kept
   * @returns whether it was kept; if not, nothing was written
   * @throws DOMException QuotaExceededError and the like
   */
  save(board: Board, takes: readonly Media[], known: number | undefined): Promise<boolean> {
    const put = [...takes.map((take) => [TAKE + take.id, take] as const), [BOARD + board.id, serialize(board)] as const]
    return this.#shelf.writeIf(BOARD + board.id, (value) => value === undefined || changedOf(value) === known, put)
  }

  /** Takes a board away. What was made of it stays until the next start: it may come back. */
  async remove(id: string): Promise<void> {
    await this.#shelf.write([], [BOARD + id])
  }

  /** Throws away takes of shots that are gone. A board that cannot be read may have any: then nothing goes. */
  async sweep(): Promise<void> {
    const boards = (await this.#shelf.all(BOARD)).map(parseBoard)
    if (boards.includes(undefined)) return
    const used = new Set(boards.flatMap((board) => (board ? livingTakes(board).map(({ id }) => TAKE + id) : [])))
    const unused = (await this.#shelf.keys(TAKE)).filter((key) => !used.has(key))
    if (unused.length > 0) await this.#shelf.write([], unused)
  }
}

/** The takes of shots that are there. */
export function livingTakes({ shots, takes }: Pick<Board, 'shots' | 'takes'>): Board['takes'] {
  return takes.filter(({ shot }) => shots.some(({ id }) => id === shot))
}

function changedOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'changed' in value ? value.changed : undefined
}
