import type { FileSpec } from "../core/remote.js";

/** What building images needs of a container engine. Implemented where the engine's API is known (provisioners/). */
export interface ImageEngine {
  /** An image by reference or id, or undefined. */
  find(reference: string): Promise<EngineImage | undefined>;
  /** Every image that carries the label. */
  list(label: string): Promise<EngineImage[]>;
  /** Pulls a public image. Returns undefined when it came, else the engine's reason: no registry is no error here. */
  pull(
    reference: string,
    options: { readonly withinMs: number; readonly signal?: AbortSignal },
  ): Promise<string | undefined>;
  /** Makes an image of a root file system in a tar file. */
  importTar(path: string, options: ImportOptions): Promise<void>;
  /** Builds a context (an uncompressed tar file with a `Dockerfile`) and returns the image's id. */
  build(context: Buffer, options: BuildOptions): Promise<string>;
  /** Runs a program in a container of an image, and returns the id of an image with what it left there. */
  compile(options: CompileOptions): Promise<string>;
  /** The volumes that carry the label, with all their labels. */
  volumes(label: string): Promise<{ readonly name: string; readonly labels: Readonly<Record<string, string>> }[]>;
  removeVolume(name: string): Promise<"removed" | "absent" | "in use">;
  /** Removes an image by reference or id, unless a container or another image still needs it. */
  remove(reference: string): Promise<"removed" | "absent" | "in use">;
}

export interface EngineImage {
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly createdMs: number;
}

export interface ImportOptions {
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface BuildOptions {
  readonly tag?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly useCache: boolean;
  /** Each line of the build's output. */
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface CompileOptions {
  readonly image: string;
  readonly argv: readonly string[];
  /** Written into the container before. */
  readonly files: readonly FileSpec[];
  /** What stays for the next one, in a volume that is made when it is not there. */
  readonly volume: { readonly name: string; readonly path: string; readonly labels: Readonly<Record<string, string>> };
  /** Each line of the program's output. */
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** A step of the build failed: the user's recipe, the mirror or the disk. The output has the reason. */
export class BuildFailure extends Error {
  override readonly name = "BuildFailure";
}
