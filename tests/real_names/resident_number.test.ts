import { expect, test } from "bun:test"
import { dateFrom, readResidentNumber } from "../../src/real_names/resident_number.ts"

test("a number tells birthday and sex", () => {
  expect(readResidentNumber("11010519491231002X")).toEqual({
    number: "11010519491231002X",
    birthday: "1949-12-31",
    sex: 2,
  })
  expect(readResidentNumber("440524188001010014")).toMatchObject({ birthday: "1880-01-01", sex: 1 })
  expect(readResidentNumber("53010219200508011X")).toMatchObject({ birthday: "1920-05-08", sex: 1 })
  expect(readResidentNumber("110105199003077219")).toMatchObject({ birthday: "1990-03-07", sex: 1 })
})

test("no digit can be another one", () => {
  for (const number of ["11010519491231002X", "440524188001010014"]) {
    for (let at = 0; at < 17; at++) {
      for (const digit of "0123456789".replace(number[at] ?? "", "")) {
        const changed = `${number.slice(0, at)}${digit}${number.slice(at + 1)}`
        expect([changed, readResidentNumber(changed)]).toEqual([changed, undefined])
      }
    }
    const endings = [..."0123456789X"].filter((end) => readResidentNumber(`${number.slice(0, 17)}${end}`))
    expect(endings).toEqual([number.at(-1) ?? ""])
  }
})

test("an old card's 15 digits are the same person's 18", () => {
  expect(readResidentNumber("110105491231002")).toEqual(readResidentNumber("11010519491231002X"))
  expect(readResidentNumber("110105491331002")).toBeUndefined()
})

test("what checks and still is no number", () => {
  // Each has the character its digits call for: no such area, month, day, leap day, year.
  for (const number of [
    "010105199003077215",
    "910105199003077218",
    "110105199013077212",
    "110105199002307211",
    "110105190002290017",
    "110105170001010011",
    "11010519491231002x",
    "",
    "1".repeat(17),
    "1".repeat(19),
  ]) {
    expect([number, readResidentNumber(number)]).toEqual([number, undefined])
  }
})

test("dates are read as people write them", () => {
  for (const date of ["20000229", "2000-02-29", "2000/2/29", "2000.02.29"]) expect(dateFrom(date)).toBe("2000-02-29")
  for (const date of ["19000229", "2001-02-29", "2000-13-01", "2000-00-10", "00000101", "29-02-2000", "2000-2", ""]) {
    expect([date, dateFrom(date)]).toEqual([date, undefined])
  }
})
