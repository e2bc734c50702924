"""Methods of two views in eager PyTorch: training steps per second.

Requests and replies are those of torch_rounds.py; a reply tells the last "loss" too.
Cases: simclr, vic-reg, byol. Encoder: 28 x 28 pixels, convolutions 4 x 4 of stride 2 with 32 and 64 channels and batch
normalization, a linear layer to 64 numbers; projectors 128-64 (simclr), 256-128 (byol) and 256-256 (vic-reg), whose hidden layer is batch
normalized but in simclr. Each view has statistics of its own. Views: pixels with normal noise of 0.1. Batches of 256, Adam.

Choices made in PyTorch's favor: those of torch_train.py; noise in place; foreach operations for the moving average.
"""

from peer_server import require

require("torch")
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch_rounds import Minibatches, serve_cases

BATCH, ROWS, SIDE, CODES, SIGMA = 256, 60_000, 28, 64, 0.1


def encoder():
    return nn.Sequential(
        nn.Conv2d(1, 32, 4, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.Conv2d(32, 64, 4, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(64 * 7 * 7, CODES),
    )


def head(inputs, hidden, outputs, normalized):
    first = [nn.Linear(inputs, hidden, bias=False), nn.BatchNorm1d(hidden)] if normalized else [nn.Linear(inputs, hidden)]
    return nn.Sequential(*first, nn.ReLU(), nn.Linear(hidden, outputs))


class Training(nn.Module):
    """Adam on the loss of two views of one minibatch after another of uniform random images."""

    unit = "steps/s"

    def __init__(self):
        super().__init__()
        self.x = torch.rand(ROWS, 1, SIDE, SIDE)
        self.batches = Minibatches(ROWS, BATCH)
        self.encoder = encoder()
        self.build()
        self.optimizer = torch.optim.Adam(self.parameters(), lr=1e-3)

    def run(self):
        x = self.x.index_select(0, next(self.batches))
        views = [torch.randn(BATCH, 1, SIDE, SIDE).mul_(SIGMA).add_(x) for _ in range(2)]
        self.optimizer.zero_grad(set_to_none=True)
        self.last = self.loss(views)
        self.last.backward()
        self.optimizer.step()
        self.after()
        return 1

    def after(self):
        pass

    def result(self):
        return {"loss": self.last.item()}


class Simclr(Training):
    """NT-Xent with temperature 0.2."""

    def build(self):
        self.projector = head(CODES, 128, 64, normalized=False)
        self.others = torch.arange(2 * BATCH).roll(BATCH)
        self.itself = torch.eye(2 * BATCH, dtype=torch.bool)

    def loss(self, views):
        u = F.normalize(self.projector(torch.cat([self.encoder(view) for view in views])))
        similar = (u @ u.t() / 0.2).masked_fill(self.itself, float("-inf"))
        return F.cross_entropy(similar, self.others)


class VicReg(Training):
    """Weights 25, 25, 1."""

    def build(self):
        self.projector = head(CODES, 256, 256, normalized=True)

    def loss(self, views):
        a, b = (self.projector(h) for h in map(self.encoder, views))
        loss = 25 * F.mse_loss(a, b)
        for z in (a, b):
            z = z - z.mean(0)
            loss = loss + 25 * F.relu(1 - (z.var(0) + 1e-4).sqrt()).mean()
            c = (z.t() @ z) / (BATCH - 1)
            loss = loss + (c.square().sum() - c.diagonal().square().sum()) / c.shape[0]
        return loss


class Byol(Training):
    """Momentum 0.9; a predictor 128-256-128."""

    def build(self):
        self.projector, self.predictor = head(CODES, 256, 128, normalized=True), head(128, 256, 128, normalized=True)
        self.online = [*self.encoder.parameters(), *self.projector.parameters()]
        averaged = encoder(), head(CODES, 256, 128, normalized=True)
        # Not as modules of this one: the optimizer is not to have them.
        self.averaged = [averaged]
        self.target = [p.requires_grad_(False) for part in averaged for p in part.parameters()]
        for ours, theirs in zip(self.target, self.online):
            ours.copy_(theirs.detach())

    def loss(self, views):
        (follower, projector), = self.averaged
        q = [self.predictor(self.projector(h)) for h in map(self.encoder, views)]
        with torch.no_grad():
            z = [projector(h) for h in map(follower, views)]
        alike = F.cosine_similarity(q[0], z[1]) + F.cosine_similarity(q[1], z[0])
        return 4 - 2 * alike.mean()

    @torch.no_grad()
    def after(self):
        torch._foreach_mul_(self.target, 0.9)
        torch._foreach_add_(self.target, [p.detach() for p in self.online], alpha=0.1)


serve_cases({"simclr": Simclr, "vic-reg": VicReg, "byol": Byol})
