-- Threads of both markets are listed newest first, and what waits to be sent is found without reading every letter.
CREATE INDEX messages_newest ON messages (at, order_id);
CREATE INDEX letters_unsent ON letters (account_id, conversation_id) WHERE state IN ('waiting', 'sending', 'held', 'failed');
CREATE INDEX conversations_unread ON conversations (account_id) WHERE unread > 0;
