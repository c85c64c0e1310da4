/** Views tell errors apart by `name`, because Comlink carries no classes. */

/** The models that see could not be fetched or started. */
export class SightError extends Error {
  override readonly name = 'SightError'
}

/** There is no recording that passed. */
export class CheckError extends Error {
  override readonly name = 'CheckError'
}

/** What the message says for programs: src/cameo/words.ts has the sentences. */
export type Objection = 'revoked' | 'expired' | 'scene' | 'notLent' | 'gone'

/** The person whose likeness it is has not agreed to this. */
export class ConsentError extends Error {
  override readonly name = 'ConsentError'
  override readonly message: Objection
  constructor(objection: Objection) {
    super(objection)
    this.message = objection
  }
}

type Damage = 'unreadable' | 'passphrase' | 'expired' | 'revoked'

/** A friend's file that cannot be opened. The message says why, for programs. */
export class ParcelError extends Error {
  override readonly name = 'ParcelError'
  override readonly message: Damage
  constructor(damage: Damage) {
    super(damage)
    this.message = damage
  }
}
