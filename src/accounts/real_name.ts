import type { Db } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { isOn } from "../switches/switch.ts"

/**
 * Makes sure that a user has an approved real name while the operator asks for one. Nobody can leave one yet, so nobody has.
 *
 * @throws {Refusal} `realname.missing`
 */
export async function assertRealName(db: Db, _userId: number): Promise<void> {
  if (await isOn(db, "real_name")) refuse("realname.missing")
}
