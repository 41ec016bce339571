import torch
import torch.nn as nn
import torch.nn.functional as F

vocabulary, width, tokens, batch = 65, 128, 64, 16


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.place = nn.Embedding(tokens, width)
        layer = nn.TransformerEncoderLayer(width, 4, dim_feedforward=512, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, x, places, mask):
        return self.head(self.encoder(self.embedding(x) + self.place(places), mask=mask))


def transformer_chars_b16(compiled):
    model = Model()
    net = compiled(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    mask = nn.Transformer.generate_square_subsequent_mask(tokens)
    places = torch.randint(0, tokens, (tokens,))
    x = torch.randint(0, vocabulary, (batch, tokens))
    y = torch.randint(0, vocabulary, (batch * tokens,))

    def step():
        loss = F.cross_entropy(net(x, places, mask).reshape(-1, vocabulary), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step
