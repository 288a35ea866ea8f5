/** Whether somebody touched the page since the last call: calls that it makes by itself do not keep a session alive. */
let isTouched = true

for (const event of ["pointerdown", "keydown", "wheel", "touchmove"]) {
  addEventListener(
    event,
    () => {
      isTouched = true
    },
    { capture: true, passive: true },
  )
}

export function takeTouch(): boolean {
  const was = isTouched
  isTouched = false
  return was
}
