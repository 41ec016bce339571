import torch
import torch.nn as nn
import torch.nn.functional as F

vocabulary, hidden, steps, batch = 1027, 256, 35, 32


def text(kind, compiled):
    layer = kind(vocabulary, hidden)
    cell = compiled(layer)
    dense = nn.Linear(hidden, vocabulary)
    params = list(layer.parameters()) + list(dense.parameters())
    optimizer = torch.optim.SGD(params, lr=1)
    ids = torch.randint(0, vocabulary, (batch, steps + 1))
    state = None

    def step():
        nonlocal state
        x = F.one_hot(ids[:, :-1].t(), vocabulary).float()
        y = ids[:, 1:].t().reshape(-1)
        output, state = cell(x, state)
        state = tuple(t.detach() for t in state) if isinstance(state, tuple) else state.detach()
        loss = F.cross_entropy(dense(output.reshape(-1, hidden)), y)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(params, 1e-2)
        optimizer.step()
        return loss.item()

    return step


def rnn_text_b32(compiled):
    return text(nn.RNN, compiled)


def gru_text_b32(compiled):
    return text(nn.GRU, compiled)


def lstm_text_b32(compiled):
    return text(nn.LSTM, compiled)
