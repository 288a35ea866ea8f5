import { Incomplete, TooLong } from "../providers/files/arrival.ts"
import { Busy, type Intake, type ReadForm } from "../providers/files/intake.ts"
import { FormFault } from "../providers/files/multipart.ts"
import { Refusal, refuse } from "../refusal.ts"

interface Receiver {
  intake: Intake
  bytesMax: number
}

/**
 * Reads a form with a file onto the disk.
 *
 * @param from whom it counts for
 * @throws {Refusal} `input.invalid`, `input.too_large`, `server.busy`
 */
export async function readUpload(
  { intake, bytesMax }: Receiver,
  request: Request,
  field: string,
  from: string,
): Promise<ReadForm> {
  try {
    using _ = await intake.enter(from)
    return await intake.readForm(request, field, bytesMax)
  } catch (error) {
    if (error instanceof Busy) throw new Refusal("server.busy", { retryAfter: 5 })
    if (error instanceof FormFault) refuse("input.invalid", { message: "The multipart body is malformed." })
    if (error instanceof TooLong) refuse("input.too_large", { message: `A file may have ${bytesMax} bytes at most.` })
    // Whoever hangs up in the middle reads no answer, and it is no fault of ours.
    if (error instanceof Incomplete || request.signal.aborted) {
      refuse("input.invalid", { message: "The body ended early." })
    }
    throw error
  }
}
