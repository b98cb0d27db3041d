/**
 * What was begun and must be undone. Closing runs every step in reverse order, even when one of them fails, and then
 * throws what failed: nothing is left behind because something before it could not be removed.
 */
export class Scope implements AsyncDisposable {
  readonly #steps: (() => Promise<void> | void)[] = [];

  defer(undo: () => Promise<void> | void): void {
    this.#steps.push(undo);
  }

  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (let undo = this.#steps.pop(); undo !== undefined; undo = this.#steps.pop()) {
      try {
        await undo();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, "several clean-up steps failed");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
