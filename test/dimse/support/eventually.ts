/** Resolves when the condition holds; fails after two seconds. */
export async function eventually(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 2000; !condition();) {
    if (Date.now() > deadline) throw new Error(`never: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
