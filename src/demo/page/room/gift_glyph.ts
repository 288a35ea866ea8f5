/** Pictures of the gifts that a fresh server sells, which have none of their own. */
const glyphs: Record<string, string> = {
  米豆: "🌾",
  玫瑰: "🌹",
  棒棒糖: "🍭",
  香水: "🧴",
  钻戒: "💍",
  跑车: "🏎️",
  骰子: "🎲",
  幸运草: "🍀",
  加油棒: "🎉",
  金杯: "🏆",
  宝箱: "🧰",
  火箭: "🚀",
}

export const glyphOf = (giftName: string): string => glyphs[giftName] ?? "🎁"
