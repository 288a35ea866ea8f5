import { useEffect, useState } from "preact/hooks"
import { refreshAccount } from "../api/account.ts"
import type { GiftKind } from "../api/answers.ts"
import { call, offline, Refused, reasonOf } from "../api/call.ts"
import { type Account, account } from "../api/session.ts"
import { useCell } from "../cell.ts"
import { count, words } from "../language/language.ts"
import { CopyField } from "../parts/copy_field.tsx"
import { Icon } from "../parts/icon.tsx"
import { Modal } from "../parts/modal.tsx"
import { glyphOf } from "./gift_glyph.ts"

const quantities = [1, 10, 66, 188]

/** What can be given to the host, and what there is to give it with. */
export function GiftPanel({ hostId, close }: { hostId: number; close(): void }) {
  const mine = useCell(account)
  const [chosen, choose] = useState<number>()
  const [number, setNumber] = useState(1)
  const [isBusy, setBusy] = useState(false)
  const [told, tell] = useState<{ text: string; isError: boolean }>()
  const kinds = useGiftKinds((why) => tell({ text: why, isError: true }))
  const gift = kinds?.find(({ GiftId }) => GiftId === chosen) ?? kinds?.[0]

  const give = async () => {
    if (!gift) return
    setBusy(true)
    try {
      await sendGift(gift.GiftId, number, hostId)
      tell({ text: words.giftSent(gift.Name), isError: false })
    } catch (reason) {
      tell({ text: reasonOf(reason), isError: true })
    } finally {
      setBusy(false)
    }
    await refreshAccount().catch(() => {})
  }

  return (
    <Modal title={words.gifts} close={close} isSheet>
      <fieldset class="gifts">
        <legend class="aside">{words.gifts}</legend>
        {kinds?.map((kind) => (
          <GiftChoice kind={kind} isChosen={kind === gift} choose={() => choose(kind.GiftId)} key={kind.GiftId} />
        ))}
      </fieldset>
      <div class="give">
        <p class="balance">
          <span class="aside">{words.yourBalance}: </span>
          <Icon name="diamond" />
          {count(mine?.diamonds ?? 0)}
        </p>
        <select
          aria-label={words.quantity}
          value={number}
          onChange={({ currentTarget: { value } }) => setNumber(Number(value))}
        >
          {quantities.map((one) => (
            <option value={one} key={one}>
              × {one}
            </option>
          ))}
        </select>
        <button type="button" class="primary" disabled={!gift || isBusy} onClick={give}>
          {words.sendGift}
        </button>
      </div>
      <p class={told?.isError ? "error told" : "told"} role="status">
        {told?.text}
      </p>
      {mine && gift && mine.diamonds < gift.Price * number && <HowToCredit mine={mine} />}
    </Modal>
  )
}

interface ChoiceProps {
  kind: GiftKind
  isChosen: boolean
  choose(): void
}

const GiftChoice = ({ kind: { GiftId, Icon: picture, Name, Price }, isChosen, choose }: ChoiceProps) => (
  <label class="gift" data-chosen={isChosen}>
    <input class="aside" type="radio" name="gift" value={GiftId} checked={isChosen} onChange={choose} />
    {/^https?:\/\//.test(picture) ? (
      <img src={picture} alt="" loading="lazy" referrerpolicy="no-referrer" />
    ) : (
      <span class="gift-glyph" aria-hidden="true">
        {glyphOf(Name)}
      </span>
    )}
    <span>{Name}</span>
    <span class="price">
      <Icon name="diamond" />
      {count(Price)}
    </span>
  </label>
)

const HowToCredit = ({ mine }: { mine: Account }) => (
  <div class="credit">
    <CopyField label={words.howToCredit} value={`mili admin credit ${mine.uid} diamond 1000 --why demo`} />
  </div>
)

/** What is sold here, once it is known; the reader's balance is brought up to date by the way. */
function useGiftKinds(failed: (why: string) => void): GiftKind[] | undefined {
  const [kinds, set] = useState<GiftKind[]>()
  useEffect(() => {
    call<{ gift: GiftKind[] }>("GET", "/gift_config").then(
      ({ gift }) => set(gift),
      (reason) => failed(reasonOf(reason)),
    )
    refreshAccount().catch(() => {})
  }, [])
  return kinds
}

/** Gives once, however often it must be said: the order has a number of its own. @throws {Refused} */
async function sendGift(giftid: number, num: number, revid: number): Promise<void> {
  const order = { giftid, num, revid, request_id: orderNumber() }
  try {
    await call("POST", "/gift/send_gift", order)
  } catch (reason) {
    if (!(reason instanceof Refused) || reason.code !== offline) throw reason
    await call("POST", "/gift/send_gift", order)
  }
}

const orderNumber = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("-")
