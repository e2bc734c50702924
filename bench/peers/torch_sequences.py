"""Eager PyTorch as a peer: training steps of next-step prediction on windows of one long sequence.

Requests and replies are those of torch_rounds.py. Cases: gru, diagonal. Both: 32 windows of 48 moments of 7 numbers, states
of 64, the change of a row predicted from the state and the row, Adam.

Choices made in PyTorch's favor: windows by one index_select of all their rows; time first, as nn.GRU computes; the
diagonal's recurrence in complex arithmetic, written out step by step or as a convolution by FFT, whichever is faster here.
"""

from peer_server import require

require("torch")
import time

import torch
import torch.nn as nn
from torch_rounds import Minibatches, serve_cases

ROWS, FEATURES, STATES, WINDOW, STRIDE, BATCH = 8640, 7, 64, 48, 12, 32


class Output(nn.Module):
    def __init__(self):
        super().__init__()
        self.state = nn.Linear(STATES, FEATURES)
        self.direct = nn.Linear(FEATURES, FEATURES, bias=False)

    def forward(self, states, x):
        return self.state(states) + self.direct(x)


class Gru(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru, self.output = nn.GRU(FEATURES, STATES), Output()

    def forward(self, x):
        return self.output(self.gru(x)[0], x)


class Diagonal(nn.Module):
    """h <- a h + B u with a = exp(-exp(decay) + i angle), 32 complex numbers: 64 real ones."""

    def __init__(self, convolve):
        super().__init__()
        pairs = STATES // 2
        radius = torch.sqrt(torch.rand(pairs) * (0.99**2 - 0.3**2) + 0.3**2)
        self.decay = nn.Parameter(torch.log(-torch.log(radius)))
        self.angle = nn.Parameter(torch.rand(pairs) * torch.pi)
        self.input, self.output, self.convolve = nn.Linear(FEATURES, STATES), Output(), convolve

    def forward(self, x):
        steps, batch, _ = x.shape
        v = torch.view_as_complex(self.input(x).view(steps, batch, -1, 2))
        exponent = torch.complex(-torch.exp(self.decay), self.angle)
        if self.convolve:
            powers = torch.exp(torch.arange(steps)[:, None] * exponent)
            product = torch.fft.fft(powers, 2 * steps, 0)[:, None] * torch.fft.fft(v, 2 * steps, 0)
            states = torch.fft.ifft(product, dim=0)[:steps]
        else:
            a, h, all_states = torch.exp(exponent), torch.zeros_like(v[0]), []
            for step in v:
                h = a * h + step
                all_states.append(h)
            states = torch.stack(all_states)
        return self.output(torch.view_as_real(states).flatten(2), x)


class Training:
    unit = "steps/s"

    def __init__(self, model):
        self.model = model
        self.optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        self.x = torch.rand(ROWS, FEATURES)
        self.begins = torch.arange(0, ROWS - WINDOW + 1, STRIDE)
        self.batches = Minibatches(len(self.begins), BATCH)

    def run(self):
        begins = self.begins[next(self.batches)]
        rows = (begins + torch.arange(WINDOW)[:, None]).flatten()
        x = self.x.index_select(0, rows).view(WINDOW, BATCH, FEATURES)
        self.optimizer.zero_grad(set_to_none=True)
        loss = (self.model(x[:-1]) - x[1:]).square().sum(2).mean()
        loss.backward()
        self.optimizer.step()
        self.loss = loss
        return 1

    def result(self):
        return {"loss": self.loss.item()}


def faster_diagonal():
    def seconds(case):
        case.run()
        begun = time.perf_counter()
        for _ in range(10):
            case.run()
        return time.perf_counter() - begun

    return min((Training(Diagonal(convolve)) for convolve in (False, True)), key=seconds)


serve_cases({"gru": lambda: Training(Gru()), "diagonal": faster_diagonal})
