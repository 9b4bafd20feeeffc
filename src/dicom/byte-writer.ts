/** A buffer that grows: one large value (Pixel Data) is copied once, not once a level of nesting. */
export class ByteWriter {
  // Small, as most are file heads and results, of which one is made an object (decision 120).
  private bytes = Buffer.allocUnsafeSlow(1024);
  private at = 0;

  get length(): number {
    return this.at;
  }

  uint16(value: number): void {
    this.at = this.reserve(2).writeUInt16LE(value, this.at);
  }

  uint32(value: number): void {
    this.at = this.reserve(4).writeUInt32LE(value, this.at);
  }

  write(bytes: Uint8Array): void {
    this.reserve(bytes.length).set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Leaves room for a 32-bit length; the returned function fills it with what was written since. */
  lengthToCome(): () => void {
    const place = this.at;
    this.uint32(0);
    return () => this.bytes.writeUInt32LE(this.at - place - 4, place);
  }

  /** A view of what was written; the writer is not used after it. */
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  private reserve(count: number): Buffer {
    if (this.at + count > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.at + count + 1024));
      this.bytes.copy(grown, 0, 0, this.at);
      this.bytes = grown;
    }
    return this.bytes;
  }
}
