/** Prompts, answers and conversations as what a model reads and learns from. */

export { completionBatch, type Example, exampleBatches, exampleOf } from './examples.js';
export { type JinjaTemplateOptions, jinjaTemplate } from './jinja.js';
export type { ChatMessage, ChatPart, ChatRole } from './message.js';
export { type PackedChats, type PackedRow, packChats, packedBatch, packedBatches } from './pack.js';
export { type RenderChatOptions, type RenderedChat, renderChat } from './render.js';
export {
  type ChatModel,
  type ChatReply,
  type ReplyOptions,
  reply,
  replyBatch,
  type ToolCall,
} from './reply.js';
export { type ChatSegment, type ChatTemplate, chatMl, llama3Chat } from './template.js';
export { codeTool, searchTool, type Tool, type ToolLimits, type Tools } from './tools.js';
