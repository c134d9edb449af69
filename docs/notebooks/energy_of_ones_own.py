# %% [markdown]
# # energy_of_ones_own

# %%
print(1)
