/** What we use of the engine's WebAssembly: TypeScript declares it only together with a browser's whole DOM. */
declare namespace WebAssembly {
  class Module {
    private readonly compiled;
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
