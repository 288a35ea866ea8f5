/**
 * Levels by experience (diamonds spent, or rice earned): level n begins at 50 n (n + 1), so 100 for the first, 300 for
 * the second, 600 for the third and so on without end.
 */
export const levelOf = (experience: number): number => Math.floor((Math.sqrt(1 + experience / 12.5) - 1) / 2)
