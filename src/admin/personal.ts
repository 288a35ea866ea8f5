import { holding, type PersonalData } from "../personal.ts"
import { roles } from "./tables.ts"

export const adminPersonal: PersonalData = {
  holdings: [holding({ name: "roles", table: roles, whose: [roles.userId], erasure: "deleted" })],
}
