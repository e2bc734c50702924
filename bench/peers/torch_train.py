"""Eager PyTorch as a peer: training steps per second, and rows encoded per second.

Requests and replies are those of torch_rounds.py; training replies its last "loss" too.
Cases: mlp-128, mlp-1024, conv-128, linear-32, unrolled-128, encode-1024, encode-full.

Choices made in PyTorch's favor: index_select in place of X[idx] (up to 8 % faster on small models), gradients set
to None, one permutation of the rows an epoch, and in `unrolled` the first step (y_0 = 0) taken without its products.
The fused `foreach` optimizers were tried and make no difference on a CPU.
"""

from peer_server import require

require("torch")
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch_rounds import Minibatches, serve_cases

WIDTHS = [784, 512, 256, 32, 256, 512, 784]
IMAGE_ROWS = 60_000  # as many as Fashion-MNIST
DIGIT_ROWS = 1797


class Unrolled(nn.Module):
    """y_{t+1} = y_t + eta (x - y_t B') B for T steps from y_0 = 0, decoded by B: x^ = y_T B'."""

    def __init__(self, inputs, codes, steps):
        super().__init__()
        self.steps = steps
        # Columns of about unit length: eta = 0.5 is then below the bound 2 / sigma_max(B)^2.
        self.B = nn.Parameter(torch.randn(inputs, codes) / inputs**0.5)
        self.eta = nn.Parameter(torch.tensor(0.5))

    def forward(self, x):
        y = self.eta * (x @ self.B)
        for _ in range(self.steps - 1):
            residual = torch.addmm(x, y, self.B.t(), alpha=-1)
            y = y + self.eta * (residual @ self.B)
        return y @ self.B.t()


def mlp(widths, last):
    layers = []
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        layers += [nn.Linear(inputs, outputs), nn.ReLU() if i < len(widths) - 2 else last]
    return nn.Sequential(*layers)


def conv_autoencoder():
    """1 x 28 x 28 -> 8 x 2 x 2 -> 1 x 28 x 28."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2, stride=2),
        nn.Conv2d(16, 8, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2, stride=1),
        nn.ConvTranspose2d(8, 16, 3, stride=2),
        nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 5, stride=3, padding=1),
        nn.ReLU(),
        nn.ConvTranspose2d(8, 1, 2, stride=2, padding=1),
        nn.Tanh(),
    )


def linear_autoencoder():
    return nn.Sequential(nn.Linear(64, 8, bias=False), nn.Linear(8, 64, bias=False))


def adam(model):
    return torch.optim.Adam(model.parameters(), lr=1e-3)


def sgd(model):
    return torch.optim.SGD(model.parameters(), lr=1e-2)


class Training:
    """Minibatch gradient descent on the mean squared error of the reconstruction, data in memory."""

    unit = "steps/s"

    def __init__(self, model, optimizer, shape, batch):
        self.model, self.optimizer = model, optimizer(model)
        self.x = torch.rand(*shape)
        self.batches = Minibatches(len(self.x), batch)

    def run(self):
        x = self.x.index_select(0, next(self.batches))
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.mse_loss(self.model(x), x)
        loss.backward()
        self.optimizer.step()
        self.loss = loss
        return 1

    def result(self):
        return {"loss": self.loss.item()}


class Encoding:
    """All rows through the encoder half 784-512-256-32, into one tensor of codes."""

    unit = "rows/s"

    def __init__(self, batch):
        self.encoder = mlp(WIDTHS[:4], nn.ReLU())[:-1].eval()
        self.x = torch.rand(IMAGE_ROWS, WIDTHS[0])
        self.codes = torch.empty(IMAGE_ROWS, WIDTHS[3])
        self.batch = batch

    def run(self):
        with torch.no_grad():
            if self.batch >= IMAGE_ROWS:
                self.codes = self.encoder(self.x)
            else:
                for start in range(0, IMAGE_ROWS, self.batch):
                    self.codes[start : start + self.batch] = self.encoder(self.x[start : start + self.batch])
        return IMAGE_ROWS

    def result(self):
        return {}


CASES = {
    "mlp-128": lambda: Training(mlp(WIDTHS, nn.Sigmoid()), adam, (IMAGE_ROWS, 784), 128),
    "mlp-1024": lambda: Training(mlp(WIDTHS, nn.Sigmoid()), adam, (IMAGE_ROWS, 784), 1024),
    "conv-128": lambda: Training(conv_autoencoder(), adam, (IMAGE_ROWS, 1, 28, 28), 128),
    "linear-32": lambda: Training(linear_autoencoder(), sgd, (DIGIT_ROWS, 64), 32),
    "unrolled-128": lambda: Training(Unrolled(784, 64, 10), adam, (IMAGE_ROWS, 784), 128),
    "encode-1024": lambda: Encoding(1024),
    "encode-full": lambda: Encoding(IMAGE_ROWS),
}

serve_cases(CASES)
