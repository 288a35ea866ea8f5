import { accountsPersonal } from "../accounts/personal.ts"
import { auditPersonal } from "../audit/personal.ts"
import { bonusesPersonal } from "../bonuses/personal.ts"
import { conferencesPersonal } from "../conferences/personal.ts"
import { databasePersonal } from "../db/personal.ts"
import { filesPersonal } from "../files/personal.ts"
import { gamesPersonal } from "../games/personal.ts"
import { giftsPersonal } from "../gifts/personal.ts"
import { lettersPersonal } from "../letters/personal.ts"
import { moderationPersonal } from "../moderation/personal.ts"
import { paymentsPersonal } from "../payments/personal.ts"
import type { PersonalData } from "../personal.ts"
import { playbackPersonal } from "../playback/personal.ts"
import { realNamesPersonal } from "../real_names/personal.ts"
import { roomsPersonal } from "../rooms/personal.ts"
import { socialPersonal } from "../social/personal.ts"
import { tasksPersonal } from "../tasks/personal.ts"
import { walletPersonal } from "../wallet/personal.ts"
import { withdrawalsPersonal } from "../withdrawals/personal.ts"
import { adminPersonal } from "./personal.ts"

/**
 * Everything the server keeps of a person, feature by feature. Accounts are closed in this order: what a feature knows a person
 * by, such as the phone, must still be there when its turn comes.
 */
export const personalData: PersonalData[] = [
  walletPersonal,
  giftsPersonal,
  paymentsPersonal,
  withdrawalsPersonal,
  tasksPersonal,
  bonusesPersonal,
  gamesPersonal,
  playbackPersonal,
  conferencesPersonal,
  roomsPersonal,
  lettersPersonal,
  socialPersonal,
  filesPersonal,
  realNamesPersonal,
  moderationPersonal,
  accountsPersonal,
  adminPersonal,
  auditPersonal,
  databasePersonal,
]

export const everyHolding = personalData.flatMap(({ holdings }) => holdings)
