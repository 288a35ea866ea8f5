import type { Seat } from "./seat.ts"

/** Who is connected: at most one room seat and one lobby seat a user. */
export class Presence {
  private readonly rooms = new Map<number, Seat>()
  private readonly lobby = new Map<number, Seat>()

  get size(): number {
    return this.rooms.size + this.lobby.size
  }

  /** Gives the user's place of this kind to `seat` and answers whom it took it from. */
  take(seat: Seat): Seat | undefined {
    const kind = this.kindOf(seat)
    const former = kind.get(seat.userId)
    kind.set(seat.userId, seat)
    return former
  }

  leave(seat: Seat): void {
    const kind = this.kindOf(seat)
    if (kind.get(seat.userId) === seat) kind.delete(seat.userId)
  }

  inRoom(userId: number): Seat | undefined {
    return this.rooms.get(userId)
  }

  inLobby(userId: number): Seat | undefined {
    return this.lobby.get(userId)
  }

  /**
   * Where personal frames go: the room seat if there is one, else the lobby's. With a room, only a seat in there that takes
   * extension frames.
   */
  reach(userId: number, roomId?: number): Seat | undefined {
    if (roomId !== undefined) {
      const seat = this.rooms.get(userId)
      return seat?.roomId === roomId && seat.ext ? seat : undefined
    }
    return this.rooms.get(userId) ?? this.lobby.get(userId)
  }

  of(userId: number): Seat[] {
    return [this.rooms.get(userId), this.lobby.get(userId)].filter((seat) => seat !== undefined)
  }

  private kindOf(seat: Seat): Map<number, Seat> {
    return seat.roomId === 0 ? this.lobby : this.rooms
  }
}
