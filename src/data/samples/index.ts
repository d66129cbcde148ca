/** Pages and conversations for chapters and exercises: real ones, made ones and junk; a sub-path of its own, `llm-workbook/samples`. */

export { type AnswerLabel, answersToLabel, type LabelledAnswer } from './answersToLabel.js';
export { type JunkPage, junkPages } from './junkPages.js';
export { crawlBlocklists, inventedUrlWords } from './labelledCrawl.js';
export { articlePage, pagesOfCorpus, pagesOfUnfluff } from './samplePages.js';
export { type TemplateChatsOptions, templateChats } from './templateChats.js';
export type { TemplateChatKind } from './templateTopics.js';
