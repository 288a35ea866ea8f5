import { expect, test } from "bun:test"
import { cellsOf, cropOf } from "../../src/demo/page/conference/layout.ts"

test("however many are on stage, all are in the picture, apart from each other and none stretched", () => {
  const [width, height] = [640, 360]
  for (let count = 1; count <= 6; count += 1) {
    const cells = cellsOf(count, width, height)
    expect(cells.length).toBe(count)
    for (const [at, one] of cells.entries()) {
      expect(one.x).toBeGreaterThanOrEqual(0)
      expect(one.x + one.width).toBeLessThanOrEqual(width + 0.01)
      expect(one.y + one.height).toBeLessThanOrEqual(height + 0.01)
      for (const other of cells.slice(at + 1)) {
        const isBeside = one.x + one.width <= other.x || other.x + other.width <= one.x
        expect(isBeside || one.y + one.height <= other.y).toBe(true)
      }
    }
  }
  const [left, right, last] = cellsOf(3, width, height)
  expect([left?.x, right?.x, last?.x]).toEqual([0, 322, 161])
  expect(cropOf({ width: 320, height: 240 }, { width: 320, height: 180 })).toEqual({
    x: 0,
    y: 30,
    width: 320,
    height: 180,
  })
})
