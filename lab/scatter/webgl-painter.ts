/**
 * @file Points by WebGL2: one program, one draw of all of them.
 */
import type { Painter, Points, View } from "./painter.js";

const VERTEX = `#version 300 es
in vec2 place;
in vec4 color;
uniform vec4 view;
uniform float diameter;
out vec4 tint;
void main() {
  gl_Position = vec4(place * view.xy + view.zw, 0.0, 1.0);
  gl_PointSize = diameter;
  tint = color;
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec4 tint;
uniform float diameter;
out vec4 pixel;
void main() {
  vec2 away = gl_PointCoord - 0.5;
  if (diameter > 3.0 && dot(away, away) > 0.25) discard;
  pixel = tint;
}`;

export class WebglPainter implements Painter {
  readonly name = "WebGL2";
  readonly canvas: HTMLCanvasElement;
  readonly #onLost: () => void;
  readonly #gl: WebGL2RenderingContext;
  readonly #places: WebGLBuffer;
  readonly #colors: WebGLBuffer;
  readonly #view: WebGLUniformLocation;
  readonly #diameter: WebGLUniformLocation;
  #count = 0;

  /** @param onLost called if the graphics processor is lost. @throws Error where there is no WebGL2. */
  constructor(width: number, height: number, onLost: () => void) {
    this.canvas = document.createElement("canvas");
    this.canvas.width = width;
    this.canvas.height = height;
    const gl = this.canvas.getContext("webgl2", {
      alpha: false,
      antialias: false,
      depth: false,
      // Pixels are asked for after a drawing.
      preserveDrawingBuffer: true,
    });
    if (!gl) throw new Error("there is no WebGL2");
    this.#gl = gl;
    this.#onLost = onLost;
    this.canvas.addEventListener("webglcontextlost", onLost);
    const program = gl.createProgram();
    gl.attachShader(program, this.#shader(gl.VERTEX_SHADER, VERTEX));
    gl.attachShader(program, this.#shader(gl.FRAGMENT_SHADER, FRAGMENT));
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS))
      throw new Error(gl.getProgramInfoLog(program) ?? "the program does not link");
    gl.useProgram(program);
    this.#view = gl.getUniformLocation(program, "view")!;
    this.#diameter = gl.getUniformLocation(program, "diameter")!;
    this.#places = this.#attribute(program, "place", 2, gl.FLOAT);
    this.#colors = this.#attribute(program, "color", 4, gl.UNSIGNED_BYTE);
  }

  take({ places, colors }: Points): void {
    const gl = this.#gl;
    this.#count = colors.length;
    for (const [buffer, data] of [
      [this.#places, places],
      [this.#colors, colors],
    ] as const) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
    }
  }

  draw({ x, y, unitX, unitY }: View, diameter: number, paper: number): void {
    const gl = this.#gl;
    const { width, height } = this.canvas;
    const [scaleX, scaleY] = [(2 * unitX) / width, (2 * unitY) / height];
    const part = (shift: number) => ((paper >>> shift) & 255) / 255;
    gl.viewport(0, 0, width, height);
    gl.clearColor(part(0), part(8), part(16), 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform4f(this.#view, scaleX, scaleY, -x * scaleX, -y * scaleY);
    gl.uniform1f(this.#diameter, Math.max(1, Math.round(diameter)));
    gl.drawArrays(gl.POINTS, 0, this.#count);
  }

  settle(): void {
    const gl = this.#gl;
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  pixels(): Uint32Array {
    const gl = this.#gl;
    const { width, height } = this.canvas;
    const bytes = new Uint8Array(4 * width * height);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    return new Uint32Array(bytes.buffer);
  }

  release(): void {
    this.canvas.removeEventListener("webglcontextlost", this.#onLost);
    this.canvas.remove();
    this.#gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  #shader(kind: number, source: string): WebGLShader {
    const gl = this.#gl;
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    return shader;
  }

  #attribute(program: WebGLProgram, name: string, size: number, kind: number): WebGLBuffer {
    const gl = this.#gl;
    const buffer = gl.createBuffer();
    const at = gl.getAttribLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, size, kind, kind === gl.UNSIGNED_BYTE, 0, 0);
    return buffer;
  }
}
